import { render } from 'preact';
import '../design/tokens.css';
import '../design/base.css';
import '../design/components.css';
import './wallet.css';
import './progress.css';
import './screens.css';
import './trust.css';
import './bills.css';
import './after.css';
import './print.css';
import './parts/pin-pad.css';
import { App } from './app.tsx';
import { startAppLock } from './app-lock.ts';
import { startDevice } from './device.ts';
import { startInstalled } from './installed.ts';
import { keepOpening } from './kept-opening.ts';
import { startLive } from './live.ts';
import { loadLanguage } from './text.ts';

const root = document.querySelector('#app');
if (root !== null) {
  startAppLock();
  startLive();
  startDevice();
  keepOpening();
  // No await here: a language shares code with this file and would wait for its end.
  void loadLanguage().then(() => {
    render(<App />, root);
    startInstalled();
  });
}
