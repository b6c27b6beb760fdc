import { useEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { clockText, secondsUntil, serverTime } from '../../design/server-clock.ts';

/** From here on the countdown asks for attention. */
const SHORT_S = 30;
/** Spoken to those who cannot see it; every second would drown everything else. */
const SPOKEN_S: ReadonlySet<number> = new Set([60, 30, 10]);

type CountdownProps = {
  /** ISO time on the server's clock. */
  readonly deadline: string;
  /** ISO time at which the state began, for the length of the line. */
  readonly since: string;
  /** The words after the time. */
  readonly words: string;
  /** Called once the deadline has passed: time to ask the server what became of it. */
  readonly onEnd?: () => void;
};

/** The time that is left, as a clock and as a line that gets shorter. */
export function Countdown({ deadline, since, words, onEnd }: CountdownProps) {
  const now = serverTime.value;
  const wholeMs = Math.max(1, Date.parse(deadline) - Date.parse(since));
  const seconds = secondsUntil(deadline, now);
  const share = Math.min(1, Math.max(0, (Date.parse(deadline) - now) / wholeMs));
  const over = Date.parse(deadline) <= now;
  useEffect(() => {
    if (over) onEnd?.();
  }, [over]);
  return (
    <div class="countdown" data-short={seconds <= SHORT_S}>
      <p role="timer" class="figures">
        <Icon name="clock" />
        <span>
          <strong>{clockText(seconds)}</strong> {words}
        </span>
      </p>
      <progress class="countdown-line" value={share.toFixed(3)} aria-hidden="true" />
      <p class="sr-only" aria-live="polite">
        {SPOKEN_S.has(seconds) ? `${clockText(seconds)} ${words}` : ''}
      </p>
    </div>
  );
}
