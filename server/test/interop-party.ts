/**
 * Whoever is on the other side of a client of contract/interop: the customer with wallet and PIN,
 * the merchant's address on the network, and the operator. It does what the client's questions say
 * (contract/interop/README.md).
 */

import assert from 'node:assert/strict';
import { machineQr } from '@seqr-ups/contract';
import type { PurchaseJson, ReceiptListJson } from '@seqr-ups/contract';
import type { Database } from '../src/db.ts';
import { eventually } from './actors.ts';
import type { Wallet } from './actors.ts';
import { addTestTerminal, TERMINAL_PASSWORD } from './soap-platform.ts';

/** The password of every merchant's user. */
export const PASSWORD = 'shop-secret';
/** The token of every merchant's machine. */
export const MACHINE = 'm1';
/** The PIN of every customer. */
export const PIN = '1234';

const ENDINGS = ['PAID', 'RELEASED', 'REFUSED', 'CANCELED', 'EXPIRED'] as const;

/** A request at a merchant's address; `end` answers it with 200 and a body. */
export type Arrival = { readonly path: string; readonly body: string; end(body: string): void };

/** A merchant for one client, and whoever is on the other side of its counter. */
export type Party = {
  /** What the client is started with: merchant, user, password, start of notification addresses. */
  readonly credentials: readonly [string, string, string, string];
  /** Does what a question of the client says, and answers with a line. A failure throws. */
  answer(question: string): Promise<string>;
};

/** What a party works with. `base` is where the merchant's address begins. */
export type Surroundings = {
  readonly db: Database;
  readonly platform: string;
  readonly arrivals: readonly Arrival[];
  readonly foreignReference: string;
  readonly name: string;
  readonly base: string;
  readonly wallet: Wallet;
};

type Command = (...words: string[]) => Promise<string>;

/** The party of one merchant and one customer. */
export function openParty(at: Surroundings): Party {
  const commands: Record<string, Command> = { ...customerCommands(at), ...otherCommands(at) };
  return {
    credentials: [at.name, '9900', PASSWORD, `${at.base}/notification/`],
    answer: async (question) => {
      const [word = '', ...rest] = question.split(' ');
      const command = commands[word];
      assert.ok(command, `nobody knows what "${question}" means`);
      return command(...rest);
    },
  };
}

/** A customer who has one purchase in hand, the one scanned last. */
function customerCommands(at: Surroundings) {
  const { wallet, name } = at;
  let asked: Arrival | undefined;
  let scan: ReturnType<Wallet['scan']> | undefined;
  let purchase: PurchaseJson | undefined;
  const inHand = (): PurchaseJson => {
    assert.ok(purchase, 'nothing has been scanned');
    return purchase;
  };
  const scanned = async (answer: ReturnType<Wallet['scan']>): Promise<string> => {
    const { status, body } = await answer;
    assert.equal(status, 201, JSON.stringify(body));
    purchase = body;
    return `${body.state} ${body.maximum?.value ?? '-'}`;
  };
  return {
    machine: async () => {
      const seen = at.arrivals.length;
      scan = wallet.scan(machineQr(name, MACHINE));
      const wanted = `/${name}/createPurchase`;
      asked = await eventually('createPurchase', async () =>
        at.arrivals.slice(seen).find(({ path }) => path === wanted),
      );
      const call = JSON.parse(asked.body) as Record<string, string>;
      const fields = ['reservationToken', 'reservationAmount', 'currency', 'msisdn'];
      return fields.map((field) => call[field]).join(' ');
    },
    offer: async (invoiceReferenceId = '') => {
      assert.ok(asked && scan, 'no machine has been scanned');
      asked.end(JSON.stringify({ invoiceReferenceId }));
      return scanned(scan);
    },
    scan: (code = '') => scanned(wallet.scan(code)),
    confirm: async () => {
      const now = await wallet.until(inHand().id, 'AWAITING_APPROVAL');
      const { status, body } = await wallet.approve(now, PIN);
      assert.equal(status, 200, JSON.stringify(body));
      return body.state;
    },
    outcome: async () => {
      const ended = await wallet.until(inHand().id, ...ENDINGS);
      return `${ended.state} ${ended.charged?.value ?? '-'}`;
    },
    refunds: async () => {
      const { refunds } = await wallet.purchase(inHand().id);
      return refunds.map(({ amount }) => amount.value).join(' ');
    },
    receipts: async () => {
      const path = `purchases/${inHand().id}/receipts`;
      const { items } = JSON.parse(await callWallet(at, path)) as ReceiptListJson;
      const documents = await Promise.all(items.map(({ id }) => callWallet(at, `${path}/${id}`)));
      return documents.join(' ');
    },
    card: async (type = '', number = '') => {
      await callWallet(at, `loyalty-cards/${name}/${type}`, { number });
      return 'stored';
    },
  } satisfies Record<string, Command>;
}

/** The merchant's side of the network, and the operator. */
function otherCommands({ db, arrivals, name, foreignReference }: Surroundings) {
  return {
    notified: async (key = '') => {
      await eventually(`notification ${key}`, async () =>
        arrivals.some(({ path }) => path === `/${name}/notification/${key}`),
      );
      return 'yes';
    },
    shop: async () => `${await addTestTerminal(db, name, 'WEB_SHOP')} ${TERMINAL_PASSWORD}`,
    foreign: () => Promise.resolve(foreignReference),
  } satisfies Record<string, Command>;
}

/** Asks the wallet API as the customer, or puts a body there; answers the text of the answer. */
async function callWallet(at: Surroundings, path: string, put?: object): Promise<string> {
  const answer = await fetch(`${at.platform}/wallet/v1/${path}`, {
    headers: {
      authorization: `Bearer ${at.wallet.token}`,
      ...(put && { 'content-type': 'application/json' }),
    },
    ...(put && { method: 'PUT', body: JSON.stringify(put) }),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}
