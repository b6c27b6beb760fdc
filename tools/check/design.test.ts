import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { contrast, designTable, weakPairs } from './design-tokens.ts';
import { designFaults, inlineStyles, looseProperties, valuesOutside } from './design.ts';

const faults = (css: string): number =>
  valuesOutside({ path: 'web/wallet/a.css', text: css }).length;
const inRule = (declaration: string): number => faults(`.a { ${declaration}; }`);
const styled = (jsx: string): number =>
  inlineStyles({ path: 'web/wallet/a.tsx', text: `export const A = () => ${jsx};` }).length;

test('a colour or a length outside the tokens is refused, wherever it hides', () => {
  for (const declaration of [
    'color: #fff',
    'color: rebeccapurple',
    'background: rgb(0 0 0 / 45%)',
    'background: linear-gradient(to top, hsl(10deg 10% 10%), transparent)',
    'color: color-mix(in srgb, var(--ink), white)',
    'margin: -2px',
    'padding: 0 0.5rem',
    'width: calc(100% - 3px)',
    'width: min(70%, 17rem)',
    'letter-spacing: 0.02em',
    '--own: 3px',
    '--own: #123456',
    'color: var(--ink, #000)',
  ]) {
    assert.equal(inRule(declaration), 1, declaration);
  }
  assert.equal(faults('@media (min-width: 41rem) { .a { margin: 0 } }'), 1);
  assert.equal(faults('@keyframes a { to { transform: translateY(4px) } }'), 1);
});

test('tokens, shares, what the window measures and the known breakpoints are not', () => {
  for (const declaration of [
    'color: var(--ink)',
    'color: currentcolor',
    'border-color: transparent',
    'background: color-mix(in srgb, var(--ink) 20%, transparent)',
    'margin: 0 auto calc(-1 * var(--space-2))',
    'width: min(100%, 92dvh)',
    'grid-template-columns: 2fr 3fr',
    'transform: rotate(1turn) scale(0.98)',
    'line-height: 1',
    'background: Canvas',
  ]) {
    assert.equal(inRule(declaration), 0, declaration);
  }
  assert.equal(faults('@media (min-width: 52rem) { .a { margin: 0 } }'), 0);
  assert.equal(faults('@page { margin: 18mm }'), 0);
});

test('an inline style is refused unless it sets custom properties only', () => {
  assert.equal(styled("<p style={{ color: 'red' }} />"), 1);
  assert.equal(styled('<p style="margin:0" />'), 1);
  assert.equal(styled('<p style={of(machine)} />'), 1);
  assert.equal(styled("<p style={{ '--fill': share, width: 1 }} />"), 1);
  assert.equal(styled("<p style={{ '--fill': share }} />"), 0);
});

test('a token that nobody has, and one that nobody uses, are named', () => {
  const tokens = { path: 'web/design/tokens.css', text: ':root { --ink: #000; --old: 1px; }' };
  const style = { path: 'web/wallet/a.css', text: '.a { color: var(--ink); width: var(--fill); }' };
  const component = { path: 'web/wallet/a.tsx', text: "<p style={{ '--fill': share }} />" };
  assert.deepEqual(
    looseProperties([tokens, style]).map(({ message }) => message),
    ['no such token: --fill', 'nobody uses this token: --old'],
  );
  assert.deepEqual(
    looseProperties([tokens, style, component]).map(({ message }) => message),
    ['nobody uses this token: --old'],
  );
});

test('the web apps keep to the design language', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const lines = designFaults(root).map(({ path, line, message }) => `${path}:${line}: ${message}`);
  assert.deepEqual(lines, []);
});

test('contrast is counted as the rules do, and a pair that is too weak is named', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54');
  const css = readFileSync(new URL('../../web/design/tokens.css', import.meta.url), 'utf8');
  assert.deepEqual(weakPairs(css), []);
  const faded = css.replace('--ink-soft: #4a5a53', '--ink-soft: #9aa39f');
  assert.deepEqual(weakPairs(faded), [
    'ink-soft on paper (light)',
    'ink-soft on surface (light)',
    'ink-soft on sunken (light)',
  ]);
  const [path, text] = designTable(fileURLToPath(new URL('../..', import.meta.url)));
  assert.equal(path, 'web/design/tokens.md');
  assert.match(text, /\| text on a screen \| `ink` on `paper` \| 4\.5 \| 1\d\.\d \| 1\d\.\d \|/u);
});
