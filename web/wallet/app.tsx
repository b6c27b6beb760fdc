import { useEffect } from 'preact/hooks';
import { locked } from './app-lock.ts';
import { mustBeLetIn, putOff } from './device.ts';
import { opening } from './opening.ts';
import { refreshLatest, unfinished } from './purchases.ts';
import { go, route } from './route.ts';
import { lazyScreen } from './parts/lazy.tsx';
import { signedIn } from './session.ts';
import { Home } from './screens/home.tsx';
import { Link } from './screens/link.tsx';
import { OpeningScreen } from './screens/opening.tsx';
import { Purchase } from './screens/purchase.tsx';
import { Scan } from './screens/scan.tsx';
import { SignIn } from './screens/sign-in.tsx';
import { language } from './text.ts';

const Account = lazyScreen(() => import('./screens/account.tsx').then((part) => part.Account));
const Cards = lazyScreen(() => import('./screens/cards.tsx').then((part) => part.Cards));
const Document = lazyScreen(() => import('./screens/document.tsx').then((part) => part.Document));
const ChangePin = lazyScreen(() =>
  import('./screens/change-pin.tsx').then((part) => part.ChangePin),
);
const Device = lazyScreen(() => import('./screens/device.tsx').then((part) => part.Device));
const Enrol = lazyScreen(() => import('./screens/enrol.tsx').then((part) => part.Enrol));
const Report = lazyScreen(() => import('./screens/report.tsx').then((part) => part.Report));
const Locked = lazyScreen(() => import('./screens/locked.tsx').then((part) => part.Locked));
const Security = lazyScreen(() => import('./screens/security.tsx').then((part) => part.Security));
const Settings = lazyScreen(() => import('./screens/settings.tsx').then((part) => part.Settings));
const Unlock = lazyScreen(() => import('./screens/unlock.tsx').then((part) => part.Unlock));
const Limits = lazyScreen(() => import('./screens/limits.tsx').then((part) => part.Limits));
const TopUp = lazyScreen(() => import('./screens/top-up.tsx').then((part) => part.TopUp));
const History = lazyScreen(() => import('./screens/history.tsx').then((part) => part.History));

/** On the way to a payment, which a device that is not let in could not make. */
const PAYING: ReadonlySet<string> = new Set(['HOME', 'SCAN', 'OPENING']);

/** The wallet. In another language it is another one: no component keeps words of the last. */
export function App() {
  return <Current key={language.value} />;
}

/**
 * The screen of the present route; sign-in stands before every one but a link's, which only shows.
 */
function Current() {
  useResume();
  const current = route.value;
  if (current.screen === 'LINK') return <Link />;
  if (current.screen === 'UNLOCK') return <Unlock />;
  if (!signedIn.value) return <SignIn />;
  if (locked.value) return <Locked />;
  if (PAYING.has(current.screen) && mustBeLetIn.value && !putOff.value) return <Enrol />;
  switch (current.screen) {
    case 'SECURITY':
      return <Security />;
    case 'SETTINGS':
      return <Settings />;
    case 'PIN':
      return <ChangePin />;
    case 'ENROL':
      return <Enrol />;
    case 'DEVICE':
      return <Device id={current.id} />;
    case 'REPORT':
      return <Report purchaseId={current.id} />;
    case 'SCAN':
      return <Scan />;
    case 'OPENING':
      return <OpeningScreen />;
    case 'HISTORY':
      return <History />;
    case 'ACCOUNT':
      return <Account />;
    case 'LIMITS':
      return <Limits />;
    case 'TOPUP':
      return <TopUp />;
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
