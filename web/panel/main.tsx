import { render } from 'preact';
import '../design/tokens.css';
import '../design/base.css';
import './panel.css';
import './cabinet.css';
import { FleetPage } from './fleet.tsx';
import { MachinePage } from './machine.tsx';

const root = document.querySelector('#app');
const token = decodeURIComponent(window.location.pathname.slice(1));
if (root !== null) render(token === '' ? <FleetPage /> : <MachinePage token={token} />, root);
