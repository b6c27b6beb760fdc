import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const directory = await mkdtemp(join(tmpdir(), 'seqr-ups-boundaries-'));
after(() => rm(directory, { recursive: true, force: true }));

/**
 * Lints one file with this content, as if it stood in the repository at `path`; the restricted
 * specifiers it names.
 */
async function refusedImports(path: string, content: string): Promise<string[]> {
  const file = join(directory, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  const oxlint = join(root, 'node_modules/.bin/oxlint');
  const options = { cwd: directory };
  const output = await run(oxlint, ['--format=unix', path], options).then(
    (answer) => answer.stdout,
    (failure: { stdout: string }) => failure.stdout,
  );
  await rm(file);
  return [...output.matchAll(/'([^']+)' import is restricted/g)].map((match) => match[1] ?? '');
}

// The project's own rules, without those that need the types of the whole project.
await cp(join(root, '.oxlintrc.json'), join(directory, 'project.json'));
const config = JSON.parse(await readFile(join(directory, 'project.json'), 'utf8')) as object;
await writeFile(
  join(directory, '.oxlintrc.json'),
  JSON.stringify({ ...config, options: { typeAware: false } }),
);

const FORBIDDEN: readonly [path: string, specifier: string][] = [
  ['contract/src/a.ts', '../../server/src/db.ts'],
  ['contract/src/a.ts', '@seqr-ups/server'],
  ['contract/src/a.ts', 'node:fs/promises'],
  ['server/src/core/a.ts', '../soap/edge.ts'],
  ['server/src/core/a.ts', '../ups/edge.ts'],
  ['server/src/core/a.ts', '../wallet/edge.ts'],
  ['server/src/core/a.ts', '../console/edge.ts'],
  ['server/src/core/a.ts', '../docs/edge.ts'],
  ['server/src/core/a.ts', '../work/notify.ts'],
  ['server/src/core/a.ts', '../main.ts'],
  ['server/src/core/a.ts', 'fastify'],
  ['server/src/soap/a.ts', '../wallet/edge.ts'],
  ['server/src/soap/a.ts', '../work/notify.ts'],
  ['server/src/soap/a.ts', '../docs/edge.ts'],
  ['server/src/docs/a.ts', '../soap/edge.ts'],
  ['server/src/core/a.ts', '../merchant/edge.ts'],
  ['server/src/wallet/a.ts', '../merchant/edge.ts'],
  ['server/src/soap/a.ts', '../merchant/edge.ts'],
  ['server/src/merchant/a.ts', '../soap/edge.ts'],
  ['server/src/merchant/a.ts', '../wallet/edge.ts'],
  ['server/src/ups/a.ts', '../soap/edge.ts'],
  ['server/src/wallet/a.ts', '../ups/create-purchase.ts'],
  ['server/src/wallet/deep/a.ts', '../../soap/edge.ts'],
  ['server/src/work/a.ts', '../soap/edge.ts'],
  ['server/src/work/a.ts', '../main.ts'],
  ['reseller/src/a.ts', '../../server/src/core/purchase.ts'],
  ['reseller/src/a.ts', '@seqr-ups/server'],
  ['reseller/demo/a.ts', '../../machine/src/fleet.ts'],
  ['machine/src/a.ts', '../../reseller/src/journal.ts'],
  ['machine/src/a.ts', '@seqr-ups/reseller'],
  ['web/wallet/a.ts', '../../server/src/core/purchase.ts'],
  ['web/wallet/a.ts', '@seqr-ups/server'],
];

const ALLOWED: readonly [path: string, specifier: string][] = [
  ['server/src/core/a.ts', '@seqr-ups/contract'],
  ['server/src/core/a.ts', '../db.ts'],
  ['server/src/soap/a.ts', '../core/invoice.ts'],
  ['server/src/work/a.ts', '../outbound/request.ts'],
  ['server/src/merchant/a.ts', '../core/merchant.ts'],
  ['server/src/main.ts', './soap/edge.ts'],
  ['server/test/a.ts', '../src/soap/edge.ts'],
  ['reseller/demo/a.ts', '../src/index.ts'],
  ['reseller/demo/a.ts', '@seqr-ups/reseller'],
  ['web/panel/a.ts', '@seqr-ups/contract'],
  ['tools/sandbox/a.ts', '../../server/src/main.ts'],
];

const FORMS = [
  (specifier: string) => `import { a } from '${specifier}';\nconsole.log(a);\n`,
  (specifier: string) => `import type { A } from '${specifier}';\nexport type B = A;\n`,
  (specifier: string) => `export * from '${specifier}';\n`,
  (specifier: string) => `console.log(await import('${specifier}'));\n`,
];

test('an import against the direction of the layers is refused in every form', async () => {
  for (const [path, specifier] of FORBIDDEN) {
    const content = FORMS.map((form) => form(specifier)).join('');
    const refused = await refusedImports(path, content);
    assert.deepEqual(
      refused,
      FORMS.map(() => specifier),
      `${specifier} in ${path}`,
    );
  }
});

test('an import along the layers is not', async () => {
  for (const [path, specifier] of ALLOWED) {
    const content = FORMS.map((form) => form(specifier)).join('');
    assert.deepEqual(await refusedImports(path, content), [], `${specifier} in ${path}`);
  }
});
