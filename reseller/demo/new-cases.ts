import type { CaseClient, Log } from '@seqr-ups/reseller';

/** How often the demo looks for what customers reported. */
const LOOK_EVERY_MS = 10_000;

/**
 * Logs each case that was opened since it last looked: the demo has nobody who would answer. What
 * was open before its start is logged once more.
 */
export function logNewCases(client: CaseClient, log: Log): { stop(): void } {
  let newest = '';
  let timer: NodeJS.Timeout;
  let stopped = false;
  const look = async (): Promise<void> => {
    const answer = await client.cases({ state: 'OPEN' });
    // Ids grow with time.
    const fresh = answer.kind === 'OK' ? answer.value.items.filter(({ id }) => id > newest) : [];
    for (const { id, kind, text, purchase } of fresh.toReversed()) {
      const { machineToken, invoiceReference } = purchase;
      log('warn', 'case opened', { id, kind, text, machine: machineToken, invoiceReference });
      newest = id;
    }
    if (!stopped) timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  };
  timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
