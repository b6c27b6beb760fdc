/** What the panel shows while its page has not been built: plain, without script. */

import type { PanelMachineJson } from '@seqr-ups/contract';

/** A short page that lists the machines. */
export function plainPage(machines: readonly PanelMachineJson[]): string {
  const rows = machines.map(
    ({ token, name, place, state, display, qr }) =>
      `<tr><td>${[token, name, place ?? '', state, display, qr].map(escape).join('<td>')}`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Machines</title>
<h1>Machines</h1>
<p>The panel's page is not built. Its JSON is at <a href="/api/machines">/api/machines</a>.
<table>${rows.join('\n')}</table></html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
