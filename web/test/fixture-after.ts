/**
 * The fixture's answers about what comes after a sale: a history of several months, limits, play
 * money. With the token `fixture-limited` the customer has set limits.
 */

import {
  type LimitLeftJson,
  type LimitsJson,
  type PurchaseJson,
  type SpendingJson,
} from '@seqr-ups/contract';
import { at } from './fixture-clock.ts';
import { euro, fixturePurchases } from './fixture-purchases.ts';
import type { FixtureAnswer } from './fixture-security.ts';

/** The token of a customer with limits. */
export const LIMITED = 'fixture-limited';

const DAY_MIN = 24 * 60;
const LEFT: LimitLeftJson = { kind: 'PER_DAY', amount: euro('25.00'), left: euro('6.50') };
const NO_LIMITS: LimitsJson = {
  perPurchase: null,
  perDay: null,
  perMonth: null,
  zone: 'UTC',
  currency: 'EUR',
  spentToday: euro('18.50'),
  spentThisMonth: euro('92.40'),
  dayEndsAt: at(9 * 60),
  monthEndsAt: at(6 * DAY_MIN + 9 * 60),
};
const LIMITS: LimitsJson = {
  ...NO_LIMITS,
  perPurchase: euro('20.00'),
  perDay: euro('25.00'),
  perMonth: euro('150.00'),
};

/** The answer to a call about what comes after a sale; null when it is about something else. */
export function answerAfter(
  call: string,
  query: URLSearchParams,
  token: string,
  body: Readonly<Record<string, unknown>>,
): FixtureAnswer | null {
  const limited = token === LIMITED;
  if (call === 'GET /account') return { status: 200, body: account(limited) };
  if (call === 'GET /limits') return { status: 200, body: limited ? LIMITS : NO_LIMITS };
  if (call === 'PUT /limits') {
    if (body['pin'] !== '1234') return { problem: 'WRONG_PIN', more: { attemptsLeft: 3 } };
    const { perPurchase, perDay, perMonth } = body;
    return { status: 200, body: { ...NO_LIMITS, perPurchase, perDay, perMonth } };
  }
  if (call === 'POST /top-ups') return { status: 201, body: account(limited) };
  if (call === 'GET /spending') return { status: 200, body: spendingOf(query) };
  if (call === 'GET /purchases') {
    return { status: 200, body: { items: selected(query), nextCursor: null } };
  }
  return null;
}

/** The refusal of an approval above the limits. */
export const OVER_LIMIT: FixtureAnswer = { problem: 'LIMIT_EXCEEDED', more: { limit: LEFT } };

function account(limited: boolean): object {
  return { balance: euro('100.00'), available: euro('80.00'), limit: limited ? LEFT : null };
}

/** Every ended purchase, and, where more than the newest are asked for, those of earlier months. */
function selected(query: URLSearchParams): PurchaseJson[] {
  const ended = fixturePurchases().filter(
    ({ state }) =>
      !['OPENED', 'RESERVED', 'AWAITING_APPROVAL', 'AWAITING_MERCHANT'].includes(state),
  );
  const all = query.get('limit') === '5' ? ended : [...ended, ...earlier()];
  const from = query.get('from') ?? '';
  const to = query.get('to') ?? '9';
  const words = (query.get('q') ?? '').toLowerCase().split(' ');
  return all
    .filter(({ createdAt }) => createdAt >= from && createdAt < to)
    .filter((purchase) => {
      const said = JSON.stringify(purchase).toLowerCase();
      return words.every((word) => said.includes(word));
    })
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
}

function earlier(): PurchaseJson[] {
  const paid = fixturePurchases().find(({ id }) => id === 'paid');
  if (paid === undefined) throw new Error('no fixture paid');
  return [3, 3.1, 12, 40, 41, 75].map((days, index) => ({
    ...paid,
    id: `earlier-${String(index)}`,
    createdAt: at(-days * DAY_MIN),
    paidAt: at(-days * DAY_MIN),
  }));
}

function spendingOf(query: URLSearchParams): SpendingJson {
  const paid = selected(query).filter(({ state }) => state === 'PAID').length;
  const sum = { purchases: paid, charged: euro('92.40'), refunded: euro('6.40') };
  return { items: paid === 0 ? [] : [sum], firstAt: at(-75 * DAY_MIN) };
}
