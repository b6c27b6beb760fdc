import { useSignal } from '@preact/signals';
import { Icon } from '../../design/icon.tsx';
import { type Code, stopOpening } from '../opening.ts';
import { signedIn } from '../session.ts';
import { TEXT } from '../text.ts';
import { reportCode } from '../trust-api.ts';
import { CodeCard } from '../parts/code-card.tsx';
import { HomeButton } from '../parts/home-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { Notice } from '../parts/screen.tsx';

/** A code that bears a signature which is not the platform's: nothing was sent, it is reported. */
export function ChangedCode({ code }: { readonly code: Code }) {
  const reported = useSignal<'NOT_YET' | 'BUSY' | 'DONE' | 'FAILED'>('NOT_YET');
  const text = 'qr' in code.body ? code.body.qr : '';
  const report = async (): Promise<void> => {
    reported.value = 'BUSY';
    const answer = await reportCode(text);
    reported.value = answer.kind === 'OK' ? 'DONE' : 'FAILED';
  };
  const done = reported.value === 'DONE';
  return (
    <Outcome
      title={TEXT.trust.code.changedTitle}
      detail={TEXT.trust.code.changed}
      tone="bad"
      icon="warning"
      actions={
        <>
          {signedIn.value && !done ? (
            <PrimaryButton disabled={reported.value === 'BUSY'} onClick={() => void report()}>
              <Icon name="flag" />
              {TEXT.trust.code.report}
            </PrimaryButton>
          ) : null}
          <HomeButton leave={stopOpening} />
        </>
      }
    >
      <CodeCard code={code} />
      {done ? (
        <Notice tone="good" icon="check">
          {TEXT.trust.code.reported}
        </Notice>
      ) : null}
      {reported.value === 'FAILED' ? (
        <Notice tone="bad" icon="warning">
          {TEXT.trust.code.unreported}
        </Notice>
      ) : null}
    </Outcome>
  );
}
