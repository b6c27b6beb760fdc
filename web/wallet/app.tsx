import { useEffect } from 'preact/hooks';
import { opening } from './opening.ts';
import { refreshLatest, unfinished } from './purchases.ts';
import { go, route } from './route.ts';
import { signedIn } from './session.ts';
import { Account } from './screens/account.tsx';
import { Cards } from './screens/cards.tsx';
import { Document } from './screens/document.tsx';
import { History } from './screens/history.tsx';
import { Home } from './screens/home.tsx';
import { Link } from './screens/link.tsx';
import { OpeningScreen } from './screens/opening.tsx';
import { Purchase } from './screens/purchase.tsx';
import { Scan } from './screens/scan.tsx';
import { SignIn } from './screens/sign-in.tsx';

/**
 * The screen of the present route; sign-in stands before every one but a link's, which only shows.
 */
export function App() {
  useResume();
  const current = route.value;
  if (current.screen === 'LINK') return <Link />;
  if (!signedIn.value) return <SignIn />;
  switch (current.screen) {
    case 'SCAN':
      return <Scan />;
    case 'OPENING':
      return <OpeningScreen />;
    case 'HISTORY':
      return <History />;
    case 'ACCOUNT':
      return <Account />;
    case 'CARDS':
      return <Cards />;
    case 'DOCUMENT':
      return <Document purchaseId={current.id} receiptId={current.receiptId} />;
    case 'PURCHASE':
      return <Purchase id={current.id} />;
    case 'HOME':
      break;
  }
  return <Home />;
}

/**
 * A wallet that is opened while a purchase is under way goes on with it: the machine may be open.
 */
function useResume(): void {
  const isIn = signedIn.value;
  useEffect(() => {
    if (!isIn || route.peek().screen !== 'HOME' || opening.peek() !== null) return;
    void refreshLatest().then(() => {
      const purchase = unfinished.peek();
      if (purchase === null || route.peek().screen !== 'HOME') return;
      go({ screen: 'PURCHASE', id: purchase.id });
    });
  }, [isIn]);
}
