import { Icon } from '../../design/icon.tsx';
import { TEXT } from '../text.ts';

/** The sign that a code is the one that the platform made. */
export function Verified() {
  return (
    <p class="verified small">
      <Icon name="verified" />
      {TEXT.trust.code.verified}
    </p>
  );
}
