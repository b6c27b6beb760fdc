import { render } from 'preact';
import '../design/tokens.css';
import '../design/base.css';
import '../design/components.css';
import './wallet.css';
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
import { startLive } from './live.ts';
import { loadLanguage } from './text.ts';

const root = document.querySelector('#app');
if (root !== null) {
  startAppLock();
  startLive();
  startDevice();
  await loadLanguage();
  render(<App />, root);
  startInstalled();
}
