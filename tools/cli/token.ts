/** `seqr token …`: the loyalty cards that a merchant takes. */

import { listTokenTypes, setTokenType } from '../../server/src/core/token-type.ts';
import { Refused } from './command.ts';
import type { Command } from './command.ts';
import { withInstallation } from './installation.ts';
import { readMerchant } from './merchant-record.ts';
import { listTable } from './table.ts';
import { readCodeId, readName } from './value.ts';

const MERCHANT = { name: 'merchant', help: 'id of the merchant' };

const add: Command = {
  name: 'token add',
  summary: 'add a token type (a loyalty card) that a merchant takes, or describe it anew',
  details:
    'Customers can then keep their card of it in the wallet. It is offered to the merchant with\n' +
    'each bill whose acknowledgmentMode lets the merchant answer (updateInvoice).',
  arguments: [MERCHANT, { name: 'id', help: "its id, as the merchant's tills name it" }],
  options: {
    description: { value: 'text', help: 'what customers read', required: true },
  },
  json: true,
  async run(input, terminal) {
    const merchantId = readCodeId('A merchant id', input.needed('merchant'));
    const id = readName('The id', input.needed('id'));
    const description = readName('The description', input.needed('description'));
    const found = await withInstallation(terminal, ({ db }) =>
      db.statement((tx) => setTokenType(tx, merchantId, { id, description })),
    );
    if (!found) throw new Refused(`There is no merchant ${merchantId}.`);
    return {
      output: `${merchantId} takes ${id}: ${description}.\n`,
      json: { merchantId, id, description },
    };
  },
};

const list: Command = {
  name: 'token list',
  summary: 'list the token types that a merchant takes',
  arguments: [MERCHANT],
  options: {},
  json: true,
  async run(input, terminal) {
    const merchantId = readCodeId('A merchant id', input.needed('merchant'));
    const types = await withInstallation(terminal, ({ db }) =>
      db.statement(async (tx) => {
        await readMerchant(tx, merchantId);
        return listTokenTypes(tx, merchantId);
      }),
    );
    const json = { tokens: types.map((type) => ({ ...type, cards: Number(type.cards) })) };
    if (types.length === 0) return { output: `${merchantId} takes no tokens.\n`, json };
    const rows = types.map(({ id, description, cards }) => [id, description, String(cards)]);
    return { output: listTable(['token', 'description', 'customers with one'], rows), json };
  },
};

/** The commands of this group. */
export const TOKEN_COMMANDS = [add, list];
