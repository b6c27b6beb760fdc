import { useEffect } from 'preact/hooks';
import { amountText } from '../../design/amount.ts';
import { signOut } from '../api.ts';
import { installation } from '../installation.ts';
import { account, refreshAccount } from '../purchases.ts';
import { go } from '../route.ts';
import { session } from '../session.ts';
import { language, TEXT } from '../text.ts';
import { LANGUAGE_NAMES } from '../text/names.ts';
import { List, ListButton, ListLink } from '../parts/list.tsx';
import { Screen } from '../parts/screen.tsx';

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
      <List label={TEXT.account.title}>
        <ListLink to={{ screen: 'HISTORY' }} icon="receipt" title={TEXT.homeScreen.all} />
        <ListLink to={{ screen: 'CARDS' }} icon="card" title={TEXT.cards.title} />
        <ListLink to={{ screen: 'LIMITS' }} icon="gauge" title={TEXT.after.limits.title} />
        {installation.value?.sandbox === true ? (
          <ListLink to={{ screen: 'TOPUP' }} icon="plus" title={TEXT.after.topUp.title} />
        ) : null}
        <ListLink to={{ screen: 'SECURITY' }} icon="locked" title={TEXT.security.title} />
        <ListLink
          to={{ screen: 'SETTINGS' }}
          icon="sliders"
          title={TEXT.app.settings.title}
          value={LANGUAGE_NAMES[language.value]}
        />
      </List>
      <List>
        <ListButton icon="leave" title={TEXT.account.signOut} onClick={leave} />
      </List>
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
