import type { PanelMachineJson } from '@seqr-ups/contract';
import { clockText, secondsUntil, serverTime } from '../../design/server-clock.ts';
import { TEXT } from '../text.ts';
import { DotMatrix } from './dot-matrix.tsx';

/** The line of the clock; the machine's own words have those above. */
const CLOCK_LINE = 3;

type DisplayProps = {
  readonly machine: PanelMachineJson;
  readonly online: boolean;
  /** The last button was not answered. */
  readonly failed: boolean;
};

/** The small screen: the machine's own words, and the time that is left as on the phone. */
export function Display({ machine, online, failed }: DisplayProps) {
  const words = online ? (failed ? TEXT.failed : machine.display.split('\n')) : TEXT.noContact;
  const shown = online ? machine.countdown : null;
  const left = shown && clockText(secondsUntil(shown.until, serverTime.value));
  const clock = left === null ? '' : `${left} ${TEXT.left}`;
  const lines = Array.from({ length: CLOCK_LINE }, (_, line) => words[line] ?? '');
  return (
    <div class="display" data-dark={!online}>
      <DotMatrix lines={[...centred(lines), clock]} />
      <p class="sr-only" role="status">
        {words.join(' ')}
      </p>
      {left === null ? null : (
        <p class="sr-only figures" role="timer">
          {clock}
        </p>
      )}
    </div>
  );
}

/** One or two lines stand in the middle of their three. */
function centred(lines: readonly string[]): readonly string[] {
  return lines[1] === '' ? ['', lines[0] ?? '', ''] : lines;
}

/** The display of a machine as small as it is on its card. */
export function SmallDisplay({ machine }: { readonly machine: PanelMachineJson }) {
  const lines = machine.display.split('\n');
  return (
    <span class="display display-small" aria-hidden="true">
      <DotMatrix lines={['', lines[0] ?? '', lines[1] ?? '', lines[2] ?? '']} />
    </span>
  );
}
