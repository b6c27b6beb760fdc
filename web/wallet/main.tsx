import { render } from 'preact';
import '../design/tokens.css';
import '../design/base.css';
import '../design/components.css';
import './wallet.css';
import './screens.css';
import './bills.css';
import './parts/pin-pad.css';
import { App } from './app.tsx';
import { startLive } from './live.ts';
import { loadLanguage } from './text.ts';

const root = document.querySelector('#app');
if (root !== null) {
  startLive();
  await loadLanguage();
  render(<App />, root);
}
