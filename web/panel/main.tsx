import { render } from 'preact';
import '../design/tokens.css';
import '../design/base.css';
import './panel.css';
import './cabinet.css';
import './display.css';
import './parts/tray.css';
import './faces/faces.css';
import './faces/charger.css';
import './faces/coffee.css';
import './faces/laundry.css';
import './faces/locker.css';
import './faces/spiral.css';
import { FleetPage } from './fleet.tsx';
import { MachinePage } from './machine.tsx';
import { firstLook, learnWallet } from './machines.ts';
import { loadLanguage } from './text.ts';

const root = document.querySelector('#app');
const token = decodeURIComponent(window.location.pathname.slice(1));
if (root !== null) void start(root);

/** Not awaited above: a language shares code with this file and would wait for its end. */
async function start(root: Element): Promise<void> {
  void learnWallet();
  const machine = token === '' ? null : await firstLook(token);
  await loadLanguage(machine?.language ?? null);
  render(token === '' ? <FleetPage /> : <MachinePage token={token} />, root);
}
