import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { wordsOutside, wordsOutsideWeb } from './words.ts';

/** The faults of a component with this body. */
const faults = (jsx: string, before = ''): number =>
  wordsOutside('web/wallet/a.tsx', `${before}\nexport const A = () => ${jsx};\n`).length;

test('words between tags, in spoken attributes and in what is rendered are refused', () => {
  for (const jsx of [
    '<p>Pay now</p>',
    '<p>Paid</p>',
    "<p>{'Paid'}</p>",
    "<p>{late ? 'Late' : null}</p>",
    "<p>{name ?? 'Nobody'}</p>",
    '<p>{`Paid ${amount}`}</p>',
    '<button aria-label="Close" />',
    "<button aria-label={open ? 'Close' : 'Open'} />",
    '<img alt="A machine" />',
    '<input placeholder="Code" />',
    '<Screen title="Paid" />',
    '<><b>Paid</b></>',
    "<Notice tone={say('Something went wrong')} />",
  ]) {
    assert.equal(faults(jsx) > 0, true, jsx);
  }
  assert.equal(faults('<p />', "const words = 'Try it again.';"), 1);
  assert.equal(faults('<p />', 'const words = `Wait for ${name}`;'), 1);
});

test('words of the language files, names of things and figures are not', () => {
  for (const jsx of [
    '<p>{TEXT.offer.pin}</p>',
    '<p class="soft small">{amountText(paid)}</p>',
    "<p>{known('name') ? TEXT.a : TEXT.b}</p>",
    "<Icon name={open ? 'unlocked' : 'clock'} />",
    '<span>…</span>',
    "<p>{amount === null ? '' : '–'}</p>",
    '<path d="M132 196v-28a36 36 0 0 1 36-36h28M316" />',
  ]) {
    assert.equal(faults(jsx), 0, jsx);
  }
  assert.equal(faults('<p />', "if (bad) throw new Error('this is for programmers');"), 0);
  assert.deepEqual(wordsOutside('web/wallet/text/sv/pay.ts', "export const a = 'Ett två';"), []);
  assert.deepEqual(wordsOutside('web/panel/text.ts', "export const a = 'One two';"), []);
});

test('a page has no words of its own', () => {
  const page = (title: string): string => `<html><head><title>${title}</title></head></html>`;
  assert.equal(wordsOutside('web/wallet/index.html', page('Wallet')).length, 1);
  assert.equal(wordsOutside('web/wallet/index.html', page('{{title}}')).length, 0);
});

test('the wallet and the panel have no words outside their language files', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const lines = wordsOutsideWeb(root).map(
    ({ path, line, message }) => `${path}:${line} ${message}`,
  );
  assert.deepEqual(lines, []);
});
