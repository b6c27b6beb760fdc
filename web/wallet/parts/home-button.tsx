import { go } from '../route.ts';
import { TEXT } from '../text.ts';

/** Away from what has ended: it is not gone back to. */
export function HomeButton() {
  return (
    <button
      type="button"
      class="button"
      data-wide
      onClick={() => {
        go({ screen: 'HOME' }, { replace: true });
      }}
    >
      {TEXT.home}
    </button>
  );
}
