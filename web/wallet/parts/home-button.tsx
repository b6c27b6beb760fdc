import { go } from '../route.ts';
import { TEXT } from '../text.ts';

/** Away from what has ended: it is not gone back to. `leave` where leaving ends something. */
export function HomeButton({ leave = goHome }: { readonly leave?: () => void }) {
  return (
    <button type="button" class="button" data-wide onClick={leave}>
      {TEXT.home}
    </button>
  );
}

function goHome(): void {
  go({ screen: 'HOME' }, { replace: true });
}
