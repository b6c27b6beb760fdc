import type { CodeJson, ProblemJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { beginOpening, type Code, isChanged, readLink } from '../opening.ts';
import { go, linkText } from '../route.ts';
import { signedIn } from '../session.ts';
import { explained } from '../endings.ts';
import { TEXT } from '../text.ts';
import { fetchCode } from '../trust-api.ts';
import { HomeButton } from '../parts/home-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { Screen } from '../parts/screen.tsx';
import { CodeCard } from '../parts/code-card.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { Verified } from '../parts/verified.tsx';
import { ChangedCode } from './changed-code.tsx';

/** Whoever is without a network is not kept longer; the offer says the names too. */
const PATIENCE_MS = 3_000;

/** What became of the question whose code this is. */
type Heard =
  | { readonly kind: 'ASKING' | 'UNHEARD' | 'CHANGED' }
  | { readonly kind: 'OWNER'; readonly owner: CodeJson }
  | { readonly kind: 'REFUSED'; readonly problem: ProblemJson };

/**
 * What a code opens in a browser. A link only shows: whoever sent it must not be able to make the
 * customer's wallet ask a machine. It shows who would be paid; one tap sends.
 */
export function Link() {
  const code = useMemo(() => readLink(linkText() ?? ''), []);
  const heard = useOwner(code);
  if (code === null) return <RefusedLink code="INVALID_CODE" />;
  if (heard.kind === 'CHANGED') return <ChangedCode code={code} />;
  if (heard.kind === 'REFUSED') {
    const { code: why } = heard.problem;
    // Only a wrong signature makes a machine's code invalid once it could be read.
    if (why === 'INVALID_CODE' && code.signature !== undefined) return <ChangedCode code={code} />;
    return <RefusedLink code={why} unsigned={code.kind === 'MACHINE'} />;
  }
  const owner = heard.kind === 'OWNER' ? heard.owner : undefined;
  return (
    <Screen title={TEXT.link.titles[code.kind]} layout="narrow">
      <CodeCard code={code} owner={owner} />
      {owner?.signature === 'VALID' ? <Verified /> : null}
      <p class="soft" role="status">
        {heard.kind === 'ASKING' ? TEXT.trust.code.asking : noteOf(code, owner)}
      </p>
      <div class="actions">
        <PrimaryButton
          disabled={heard.kind === 'ASKING'}
          onClick={() => {
            beginOpening(owner === undefined ? code : { ...code, owner });
          }}
        >
          {signedIn.value ? TEXT.link.go : TEXT.link.signInAndGo}
          <Icon name="forward" />
        </PrimaryButton>
        <button type="button" class="button" data-kind="quiet" data-wide onClick={home}>
          {TEXT.link.no}
        </button>
      </div>
    </Screen>
  );
}

function home(): void {
  go({ screen: 'HOME' }, { replace: true });
}

function noteOf(code: Code, owner: CodeJson | undefined): string {
  if (owner === undefined) return TEXT.trust.code.unreachable;
  return code.kind === 'MACHINE' ? TEXT.link.note : TEXT.link.billNote;
}

/** Asks once whose code this is, and checks its signature meanwhile. */
function useOwner(code: Code | null): Heard {
  const heard = useSignal<Heard>({ kind: 'ASKING' });
  useEffect(() => {
    if (code === null || !('qr' in code.body)) return undefined;
    const patience = window.setTimeout(() => {
      if (heard.peek().kind === 'ASKING') heard.value = { kind: 'UNHEARD' };
    }, PATIENCE_MS);
    void isChanged(code).then((changed) => {
      if (changed) heard.value = { kind: 'CHANGED' };
    });
    void fetchCode(code.body.qr).then((answer) => {
      if (heard.peek().kind === 'CHANGED') return;
      if (answer.kind === 'OK') heard.value = { kind: 'OWNER', owner: answer.value };
      else if (answer.kind === 'LOST' || answer.problem.code === 'RATE_LIMITED') {
        heard.value = { kind: 'UNHEARD' };
      } else heard.value = { kind: 'REFUSED', problem: answer.problem };
    });
    return () => {
      window.clearTimeout(patience);
    };
  }, []);
  return heard.value;
}

type RefusedProps = { readonly code: ProblemJson['code']; readonly unsigned?: boolean };

/** A link that leads to nothing that can be paid. */
function RefusedLink({ code, unsigned = false }: RefusedProps) {
  const { title, detail } =
    unsigned && code === 'INVALID_CODE'
      ? { title: TEXT.trust.code.unsignedTitle, detail: TEXT.trust.code.unsigned }
      : explained(code);
  return <Outcome title={title} detail={detail} tone="bad" icon="cross" actions={<HomeButton />} />;
}
