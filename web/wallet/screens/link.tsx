import { Icon } from '../../design/icon.tsx';
import { beginOpening, type Code, readLink } from '../opening.ts';
import { go, linkText } from '../route.ts';
import { signedIn } from '../session.ts';
import { explained } from '../endings.ts';
import { TEXT } from '../text.ts';
import { Notice, Screen } from '../parts/screen.tsx';

/**
 * What a code opens in a browser. A link only shows: whoever sent it must not be able to make the
 * customer's wallet ask a machine. One tap sends.
 */
export function Link() {
  const code = readLink(linkText() ?? '');
  const home = (): void => {
    go({ screen: 'HOME' }, { replace: true });
  };
  if (code === null) {
    const { title, detail } = explained('INVALID_CODE');
    return (
      <Screen title={title} layout="narrow">
        <Notice tone="bad" icon="warning">
          {detail}
        </Notice>
        <button type="button" class="button" data-wide onClick={home}>
          {TEXT.home}
        </button>
      </Screen>
    );
  }
  return (
    <Screen title={TEXT.link.titles[code.kind]} layout="narrow">
      <CodeCard code={code} />
      <p class="soft">{code.kind === 'MACHINE' ? TEXT.link.note : TEXT.link.billNote}</p>
      <div class="actions">
        <button
          type="button"
          class="button"
          data-kind="primary"
          data-size="large"
          data-wide
          onClick={() => {
            beginOpening(code);
          }}
        >
          {signedIn.value ? TEXT.link.go : TEXT.link.signInAndGo}
          <Icon name="forward" />
        </button>
        <button type="button" class="button" data-kind="quiet" data-wide onClick={home}>
          {TEXT.link.no}
        </button>
      </div>
    </Screen>
  );
}

/** What a code says about itself; the names come from the platform with the offer. */
export function CodeCard({ code }: { readonly code: Code }) {
  const what = { MACHINE: TEXT.link.machine, TILL: TEXT.link.till, INVOICE: TEXT.link.invoice };
  return (
    <dl class="facts card">
      {code.merchantId === null ? null : (
        <div>
          <dt>{TEXT.link.merchant}</dt>
          <dd>{code.merchantId}</dd>
        </div>
      )}
      <div>
        <dt>{what[code.kind]}</dt>
        <dd>{code.number}</dd>
      </div>
    </dl>
  );
}

/** `machine 1001 of demo`, for sentences. */
export function codePlace(code: Code): string {
  const place = TEXT.link.numbered[code.kind](code.number);
  return code.merchantId === null ? place : TEXT.link.of(place, code.merchantId);
}
