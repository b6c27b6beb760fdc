import { useEffect } from 'preact/hooks';
import { amountText } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { signOut } from '../api.ts';
import { account, refreshAccount } from '../purchases.ts';
import { go } from '../route.ts';
import { session } from '../session.ts';
import { TEXT } from '../text.ts';
import { LinkTo, Screen } from '../parts/screen.tsx';

/** Who is signed in, what they have, and the way out. */
export function Account() {
  useEffect(() => {
    void refreshAccount();
  }, []);
  const customer = session.value?.customer;
  const money = account.value;
  const leave = (): void => {
    go({ screen: 'HOME' }, { replace: true });
    void signOut();
  };
  return (
    <Screen title={TEXT.account.title} back={{ screen: 'HOME' }} layout="narrow">
      <dl class="facts card">
        <Fact term={TEXT.account.name} value={customer?.name ?? ''} />
        <Fact term={TEXT.account.number} value={`+${customer?.msisdn ?? ''}`} />
        <Fact term={TEXT.account.available} value={money && amountText(money.available)} />
        <Fact term={TEXT.account.balance} value={money && amountText(money.balance)} />
      </dl>
      <div class="actions">
        <LinkTo to={{ screen: 'HISTORY' }} class="button">
          <Icon name="receipt" />
          {TEXT.homeScreen.all}
        </LinkTo>
        <LinkTo to={{ screen: 'CARDS' }} class="button">
          <Icon name="card" />
          {TEXT.cards.title}
        </LinkTo>
        <button type="button" class="button" data-wide onClick={leave}>
          {TEXT.account.signOut}
        </button>
      </div>
    </Screen>
  );
}

function Fact({ term, value }: { readonly term: string; readonly value: string | null }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd class="figures">{value ?? '…'}</dd>
    </div>
  );
}
