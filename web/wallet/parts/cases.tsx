import type { CaseJson, PurchaseJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { shortTime } from '../dates.ts';
import { TEXT } from '../text.ts';
import { closeCase, fetchCases } from '../trust-api.ts';
import { List, ListLink } from './list.tsx';
import { Section } from './section.tsx';
import { Notice } from './screen.tsx';

/** What the customer reported of a purchase and what was answered, and the way to report more. */
export function Cases({ purchase }: { readonly purchase: PurchaseJson }) {
  const cases = useSignal<readonly CaseJson[]>([]);
  useEffect(() => {
    void fetchCases(purchase.id).then((answer) => {
      if (answer.kind === 'OK') cases.value = answer.value.items;
    });
  }, [purchase.id]);
  const replace = (changed: CaseJson): void => {
    cases.value = cases.value.map((one) => (one.id === changed.id ? changed : one));
  };
  return (
    <div class="cases">
      {cases.value.length === 0 ? null : (
        <Section title={TEXT.trust.cases.title}>
          {cases.value.map((one) => (
            <Case key={one.id} purchase={purchase} found={one} onChange={replace} />
          ))}
        </Section>
      )}
      <List>
        <ListLink
          to={{ screen: 'REPORT', id: purchase.id }}
          icon="flag"
          title={TEXT.trust.report.title}
        />
      </List>
    </div>
  );
}

type CaseProps = {
  readonly purchase: PurchaseJson;
  readonly found: CaseJson;
  readonly onChange: (changed: CaseJson) => void;
};

function Case({ purchase, found, onChange }: CaseProps) {
  const failed = useSignal(false);
  const { name } = purchase.merchant;
  const close = async (): Promise<void> => {
    const answer = await closeCase(purchase.id, found.id);
    failed.value = answer.kind !== 'OK';
    if (answer.kind === 'OK') onChange(answer.value);
  };
  return (
    <div class="case card">
      <p class="case-head">
        <strong>{kindWords(found.kind, purchase.kind)}</strong>
        <span class="soft small">
          {TEXT.trust.cases.states[found.state]} · {shortTime(found.createdAt)}
        </span>
      </p>
      {found.text === '' ? null : <p class="case-text">{found.text}</p>}
      {found.answer === null ? (
        found.state === 'CLOSED' ? null : (
          <p class="soft small">{TEXT.trust.cases.waiting(name)}</p>
        )
      ) : (
        <div class="case-answer">
          <p class="soft small">{TEXT.trust.cases.answer(name)}</p>
          <p class="case-text">{found.answer}</p>
        </div>
      )}
      {failed.value ? (
        <Notice tone="bad" icon="warning">
          {TEXT.trust.cases.unsettled}
        </Notice>
      ) : null}
      {found.state === 'ANSWERED' ? (
        <button type="button" class="button" onClick={() => void close()}>
          {TEXT.trust.cases.settled}
        </button>
      ) : null}
    </div>
  );
}

/** How a kind of problem is called; at a till nothing comes out of a machine. */
export function kindWords(kind: CaseJson['kind'], at: PurchaseJson['kind']): string {
  const { kinds, notReceived } = TEXT.trust.report;
  return kind === 'NOTHING_CAME' && at !== 'MACHINE' ? notReceived : kinds[kind];
}
