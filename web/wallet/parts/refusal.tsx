import type { Answer } from '../api.ts';
import { explained } from '../endings.ts';
import type { Route } from '../route.ts';
import { TEXT } from '../text.ts';
import { LinkTo, Notice } from './screen.tsx';

/** What a call came to that did not do what the customer wanted. */
export type Failure = Exclude<Answer<unknown>, { readonly kind: 'OK' }>;

/** True where typing the PIN again could not help: the way on is another. */
export function leadsAway(failure: Failure | null): boolean {
  if (failure?.kind !== 'PROBLEM') return false;
  return explained(failure.problem.code).next in SCREENS;
}

/** Why an act with PIN and device did not work, in words, and the way on where there is one. */
export function Refusal({ failure }: { readonly failure: Failure | null }) {
  if (failure === null) return null;
  if (failure.kind === 'LOST') {
    return (
      <Notice tone="wait" icon="offline">
        {TEXT.security.lost}
      </Notice>
    );
  }
  const { code, attemptsLeft } = failure.problem;
  const { title, detail, next } = explained(code);
  if (attemptsLeft !== undefined) {
    return (
      <Notice tone="bad" icon="warning">
        {TEXT.offer.attempts(attemptsLeft)}
      </Notice>
    );
  }
  return (
    <>
      <Notice tone="bad" icon="warning" title={title}>
        {detail}
      </Notice>
      {next === 'UNLOCK' || next === 'ENROL' ? <WayOn next={next} /> : null}
    </>
  );
}

const SCREENS = {
  UNLOCK: { screen: 'UNLOCK' },
  ENROL: { screen: 'ENROL' },
} as const satisfies Readonly<Record<string, Route>>;

/** The way out of a locked PIN, and to being let in. */
export function WayOn({ next }: { readonly next: keyof typeof SCREENS }) {
  return (
    <LinkTo to={SCREENS[next]} class="button" kind="primary">
      {next === 'UNLOCK' ? TEXT.security.unlock.title : TEXT.security.wait.title}
    </LinkTo>
  );
}
