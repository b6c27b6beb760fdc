/** The points of a purchase at which the crash tests kill: each has a machine of its own. */

import assert from 'node:assert/strict';
import type { FleetMachine, PurchaseJson } from '@seqr-ups/contract';
import { eventually, panel } from './actors.ts';
import type { Panel, Wallet } from './actors.ts';
import type { Loss } from './soap-proxy.ts';
import { stageMachine } from './stage.ts';
import type { Stage } from './stage.ts';

/** How long the motor turns where a kill must find it turning. */
const LONG_VEND_MS = 1500;
/** Ends of a purchase. */
const ENDED: ReadonlySet<PurchaseJson['state']> = new Set([
  'PAID',
  'RELEASED',
  'REFUSED',
  'CANCELED',
  'EXPIRED',
]);

/** A point, and how a purchase gets there and no further. */
export type CrashPoint = {
  readonly name: string;
  readonly machine: FleetMachine;
  /** Resolves once the purchase stands at the point. */
  reach(at: Visit): Promise<void>;
};

/** One customer at one machine. */
export type Visit = { readonly stage: Stage; readonly wallet: Wallet; readonly panel: Panel };

/** What the point's machine looks like from outside. */
export const panelAt = (stage: Stage, point: CrashPoint): Panel =>
  panel(stage.sandbox.machines, point.machine.token);

const scan = async ({ wallet, panel }: Visit) => wallet.scan((await panel.look()).qr);

/** What a machine may answer for a moment after its reseller, its link or itself has come back. */
const PASSING: ReadonlySet<string> = new Set(['DEVICE_IN_USE', 'DEVICE_UNAVAILABLE']);

/** Scans until there is an offer. */
export async function offered(visit: Visit): Promise<PurchaseJson> {
  return eventually('an offer', async () => {
    const { status, body } = await scan(visit);
    assert.ok(status === 201 || PASSING.has(body.code), JSON.stringify(body));
    return status === 201 && body;
  });
}

async function unlocked(visit: Visit): Promise<PurchaseJson> {
  const approved = await approvedAt(visit, await offered(visit));
  await visit.panel.until('UNLOCKED');
  return approved;
}

async function approvedAt({ wallet }: Visit, offer: PurchaseJson): Promise<PurchaseJson> {
  const approved = await wallet.approve(offer);
  assert.equal(approved.status, 200, JSON.stringify(approved.body));
  return approved.body;
}

/** The scan is sent, and the invoice lost on its way to the platform or its answer back. */
const atInvoice =
  (name: string, loss: Loss) =>
  async (visit: Visit): Promise<void> => {
    const rule = visit.stage.proxy.arm({ operation: 'sendInvoice', about: name, loss });
    let scanning = false;
    await eventually('sendInvoice', () => {
      if (!scanning) {
        scanning = true;
        // Its answer comes after the kill, or never; one that comes before was a passing refusal.
        scan(visit)
          .catch(() => {})
          .finally(() => (scanning = false));
      }
      return Promise.resolve(rule.met() > 0);
    });
  };

/** The machine is done, and what settles the purchase is lost. */
const atSettlement =
  (operation: 'updateInvoice' | 'commitReservation' | 'cancelInvoice', loss: Loss) =>
  async (visit: Visit): Promise<void> => {
    const { invoiceReference } = await unlocked(visit);
    const rule = visit.stage.proxy.arm({ operation, about: invoiceReference ?? '', loss });
    await visit.panel.select(1);
    await eventually(operation, () => Promise.resolve(rule.met() > 0));
  };

/** The customer has pressed a button; the vend ends after the kill, or never. */
async function turning({ panel }: Visit, slot: number): Promise<void> {
  panel.select(slot).catch(() => {});
  await panel.until('VENDING');
}

const point = (
  name: string,
  reach: CrashPoint['reach'],
  change: Partial<FleetMachine> = {},
): CrashPoint => ({ name, machine: stageMachine(name, change), reach });

/** In the order of a purchase. */
export const CRASH_POINTS: readonly CrashPoint[] = [
  point('asked', atInvoice('asked', 'HOLD_CALL')),
  point('invoiced', atInvoice('invoiced', 'HOLD_ANSWER')),
  point('offered', async (visit) => void (await offered(visit))),
  point('approved', async (visit) => {
    const offer = await offered(visit);
    const about = offer.invoiceReference ?? '';
    visit.stage.proxy.arm({ operation: 'getPaymentStatus', about, loss: 'HOLD_ANSWER' });
    await approvedAt(visit, offer);
  }),
  point('unlocked', async (visit) => void (await unlocked(visit))),
  point(
    'vending',
    async (visit) => {
      await unlocked(visit);
      await turning(visit, 1);
    },
    { vendMs: LONG_VEND_MS },
  ),
  point(
    'between',
    async (visit) => {
      await unlocked(visit);
      assert.equal((await visit.panel.select(1)).result, 'VENDED');
      await turning(visit, 2);
    },
    { vendMs: LONG_VEND_MS / 2, singleVend: false },
  ),
  point('vended', atSettlement('updateInvoice', 'HOLD_CALL')),
  point('committed', atSettlement('commitReservation', 'HOLD_ANSWER')),
  point('jammed', atSettlement('cancelInvoice', 'HOLD_ANSWER'), { jammingSlots: [1, 2] }),
];

/**
 * What a patient customer does until their purchase has ended: confirms what is offered, and at an
 * unlocked machine presses a button and closes the door. They have seen nothing of the crash.
 */
export const goOn = (visit: Visit, id: string): Promise<PurchaseJson> =>
  eventually(`the end of ${id}`, () => nextStep(visit, id));

/** One look at the purchase, and what a customer does then; the purchase once it has ended. */
export async function nextStep({ wallet, panel }: Visit, id: string): Promise<PurchaseJson | null> {
  const purchase = await wallet.purchase(id);
  if (ENDED.has(purchase.state)) return purchase;
  if (purchase.state === 'AWAITING_APPROVAL') await wallet.approve(purchase);
  if (purchase.state !== 'RESERVED') return null;
  const { state, session } = await panel.look();
  const own = session?.invoiceReference === purchase.invoiceReference;
  if (!own || state !== 'UNLOCKED') return null;
  if (session?.vends.length === 0) await panel.select(1);
  else await panel.finish();
  return null;
}

/** Units that the machine's own record still has. */
export async function stockAt(panel: Panel): Promise<number> {
  const { products } = await panel.look();
  return products.reduce((sum, product) => sum + product.stock, 0);
}
