/** `seqr merchant …`. */

import {
  addMerchant,
  createPurchaseUrlProblem,
  setMerchant,
} from '../../server/src/core/merchant.ts';
import type { MerchantSettings } from '../../server/src/core/merchant.ts';
import { ok } from '../../server/src/core/refusal.ts';
import { registerTerminal } from '../../server/src/core/terminal.ts';
import { readAuthorities } from './authority.ts';
import { Refused, WrongUse } from './command.ts';
import type { Command, Input, Option } from './command.ts';
import { withInstallation } from './installation.ts';
import { merchantJson, merchantRows, readMerchant } from './merchant-record.ts';
import { PASSWORD_FILE, readPassword } from './secret.ts';
import { recordTable } from './table.ts';
import { readAmount, readCodeId, readName, readRemovable, readSeconds } from './value.ts';

/** A year: the longest that anybody could want to hold a customer's money for. */
const COMMIT_TIMEOUT_MAX_S = 366 * 24 * 3600;

const ID = { name: 'merchant', help: 'its id, 1 to 64 of A-Z a-z 0-9 . _ - (w in its codes)' };

const SETTINGS: Readonly<Record<string, Option>> = {
  'create-purchase-url': {
    value: 'url',
    help: 'https://…/createPurchase of its backend; none: no purchase can begin',
  },
  'ca-file': {
    value: 'file',
    help: 'authorities (PEM) that calls to its backend trust besides the public ones; none',
  },
  'commit-timeout-max': {
    value: 'seconds',
    help: 'longest reservation that a machine purchase may ask for, 3600 unless set',
  },
  'allow-http-notifications': {
    negatable: true,
    help: 'notifications may go to http:// addresses',
  },
  'unsigned-codes': {
    value: 'allowed|refused',
    help: "whether its machines' codes may be without a signature, allowed unless set",
  },
  refunds: { negatable: true, help: 'it may give payments back, as it may unless set' },
};

const add: Command = {
  name: 'merchant add',
  summary: 'add a merchant with its account and the user of its backend',
  details:
    'Reseller id, user id and password are what its backend calls the SOAP API with.\n' +
    'The currency of the maximum is that of its account and cannot change.',
  arguments: [ID],
  options: {
    name: { value: 'name', help: 'what customers read', required: true },
    maximum: {
      value: 'amount',
      help: 'most that a purchase reserves, "20.00 EUR"',
      required: true,
    },
    user: { value: 'id', help: 'id of its user, 9900 unless given' },
    'password-file': PASSWORD_FILE,
    ...SETTINGS,
  },
  json: true,
  async run(input, terminal) {
    const id = readCodeId('A merchant id', input.needed('merchant'));
    const name = readName('The name', input.needed('name'));
    const maximum = readAmount(input.needed('maximum'));
    const userId = readName('The user id', input.text('user') ?? '9900');
    const settings = await readSettings(input);
    const { hash: passwordHash, shown } = await readPassword(input, terminal);
    const merchant = await withInstallation(terminal, async ({ db }) => {
      const added = await db.transaction(async (tx) => {
        const added = await addMerchant(tx, { id, name, maximum, userId, passwordHash });
        if (!added.ok) return added;
        await setMerchant(tx, id, settings);
        return ok(await readMerchant(tx, id));
      });
      if (!added.ok) throw new Refused(`There is a merchant ${id} already.`);
      return added.value;
    });
    const rows = merchantRows(merchant);
    rows.push(['user', userId], ['password', shown ?? 'as given']);
    return {
      output: recordTable(rows) + onceNote(shown),
      json: { ...merchantJson(merchant), userId, ...(shown !== undefined && { password: shown }) },
    };
  },
};

const set: Command = {
  name: 'merchant set',
  summary: "change a merchant's settings",
  details: 'What is not named stays as it is.',
  arguments: [ID],
  options: {
    name: { value: 'name', help: 'what customers read' },
    maximum: { value: 'amount', help: 'most that a machine purchase reserves, in its currency' },
    ...SETTINGS,
    block: { help: 'let it sell nothing more; what is reserved can still be committed' },
    unblock: { help: 'let it sell again' },
  },
  json: true,
  async run(input, terminal) {
    const id = readCodeId('A merchant id', input.needed('merchant'));
    const settings = { ...(await readSettings(input)), ...readRest(input) };
    if (Object.keys(settings).length === 0) throw new WrongUse('Nothing to set was named.');
    const merchant = await withInstallation(terminal, async ({ db }) => {
      const changed = await db.transaction(async (tx) => {
        const before = await readMerchant(tx, id);
        const changed = await setMerchant(tx, id, settings);
        return changed.ok
          ? ok(await readMerchant(tx, id))
          : { ok: false as const, refusal: before.maximum.currency };
      });
      if (changed.ok) return changed.value;
      throw new Refused(
        `The account of ${id} is in ${changed.refusal}, and so must its maximum be.`,
      );
    });
    return { output: recordTable(merchantRows(merchant)), json: merchantJson(merchant) };
  },
};

const terminal: Command = {
  name: 'merchant terminal',
  summary: 'make a terminal that may have many open invoices',
  details:
    'A terminal that a backend makes by registerTerminal has one open invoice: for one till or\n' +
    'machine. This kind is for web shops, and for backends with one terminal for all machines.',
  arguments: [ID],
  options: {
    name: { value: 'name', help: 'what it is called', required: true },
    'external-id': { value: 'id', help: "the merchant's own id of it, its name unless given" },
    'notification-form': {
      help: "POST the web shop plugins' form to notification addresses, not an empty body",
    },
    'password-file': PASSWORD_FILE,
  },
  json: true,
  async run(input, terminal) {
    const merchantId = readCodeId('A merchant id', input.needed('merchant'));
    const notificationBody = input.flag('notification-form') ? 'FORM' : 'EMPTY';
    const name = readName('The name', input.needed('name'));
    const externalTerminalId = readName('The external id', input.text('external-id') ?? name);
    const { hash: passwordHash, shown } = await readPassword(input, terminal);
    const { terminalId } = await withInstallation(terminal, ({ db }) =>
      db.statement(async (tx) => {
        await readMerchant(tx, merchantId);
        return registerTerminal(tx, {
          merchantId,
          externalTerminalId,
          name,
          passwordHash,
          kind: 'WEB_SHOP',
          notificationBody,
        });
      }),
    );
    const rows: [string, string][] = [
      ['merchant', merchantId],
      ['terminal', terminalId],
      ['name', name],
      ['external id', externalTerminalId],
      ['notification', notificationBody],
      ['password', shown ?? 'as given'],
    ];
    return {
      output: recordTable(rows) + onceNote(shown),
      json: {
        merchantId,
        terminalId,
        name,
        externalTerminalId,
        notificationBody,
        ...(shown !== undefined && { password: shown }),
      },
    };
  },
};

/** What `add` and `set` have in common; only what was given. */
async function readSettings(input: Input): Promise<MerchantSettings> {
  const url = readRemovable(input.text('create-purchase-url'), (text) => {
    const problem = createPurchaseUrlProblem(text);
    if (problem !== null) throw new WrongUse(problem);
    return text;
  });
  const authorities = await readRemovable(input.text('ca-file'), readAuthorities);
  const timeout = input.text('commit-timeout-max');
  const allowHttp = input.flag('allow-http-notifications');
  const refunds = input.flag('refunds');
  const unsigned = readAllowed('--unsigned-codes', input.text('unsigned-codes'));
  return {
    ...(url !== undefined && { createPurchaseUrl: url }),
    ...(authorities !== undefined && { endpointCaPem: authorities }),
    ...(timeout !== undefined && {
      commitTimeoutMaxS: readSeconds('The longest commit timeout', timeout, COMMIT_TIMEOUT_MAX_S),
    }),
    ...(allowHttp !== undefined && { allowHttpNotifications: allowHttp }),
    ...(refunds !== undefined && { refundsAllowed: refunds }),
    ...(unsigned !== undefined && { unsignedCodesAllowed: unsigned }),
  };
}

function readAllowed(option: string, word: string | undefined): boolean | undefined {
  if (word === undefined) return undefined;
  if (word === 'allowed' || word === 'refused') return word === 'allowed';
  throw new WrongUse(`${option} must be allowed or refused, not "${word}".`);
}

function readRest(input: Input): MerchantSettings {
  const name = input.text('name');
  const maximum = input.text('maximum');
  const [block, unblock] = [input.flag('block'), input.flag('unblock')];
  if (block && unblock) throw new WrongUse('Either --block or --unblock.');
  return {
    ...(name !== undefined && { name: readName('The name', name) }),
    ...(maximum !== undefined && { maximum: readAmount(maximum) }),
    ...(block && { state: 'BLOCKED' as const }),
    ...(unblock && { state: 'ACTIVE' as const }),
  };
}

function onceNote(shown: string | undefined): string {
  return shown === undefined ? '' : 'The password is shown this once; it cannot be read again.\n';
}

/** The commands of this group. */
export const MERCHANT_COMMANDS = [add, set, terminal];
