/** The reference pages as HTML: each Markdown file under its name, made once. */

import { readdir, readFile } from 'node:fs/promises';
import { Marked } from 'marked';

/** Pages of one directory, and single ones beside it. */
const DIRECTORY = new URL('../../../docs/merchant-api/', import.meta.url);
const REPORTS = new URL('../../../docs/reports.md', import.meta.url);

/** Where the pages are served. */
export const DOCS_PATH = '/docs';

/**
 * Every page as a whole HTML document, by its name in the address; the index has the empty name.
 * Throws when the files are not there.
 */
export async function readPages(): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(DIRECTORY)).filter((name) => name.endsWith('.md'));
  const sources = await Promise.all(
    files.map(async (file): Promise<[string, string]> => {
      const name = file === 'README.md' ? '' : file.slice(0, -'.md'.length);
      return [name, await readFile(new URL(file, DIRECTORY), 'utf8')];
    }),
  );
  sources.push(['reports', await readFile(REPORTS, 'utf8')]);
  return new Map(sources.map(([name, markdown]) => [name, page(markdown)]));
}

/** A Markdown text as a document without scripts. */
export function page(markdown: string): string {
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? 'Merchant API';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · SEQR merchant API</title>
<link rel="stylesheet" href="${DOCS_PATH}/style.css">
</head>
<body>
<nav aria-label="Merchant API">
<a href="${DOCS_PATH}">Operations</a>
<a href="${DOCS_PATH}/types">Data types</a>
<a href="${DOCS_PATH}/result-codes">Result codes</a>
<a href="${DOCS_PATH}/reports">Reports</a>
<a href="${DOCS_PATH}/merchant.wsdl">WSDL</a>
<a href="${DOCS_PATH}/merchant.xsd">XSD</a>
</nav>
<main>
${body(markdown)}</main>
</body>
</html>
`;
}

function body(markdown: string): string {
  const marked = new Marked({
    gfm: true,
    // An address in a text is no link: QR codes begin like one.
    tokenizer: { url: () => undefined },
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchor(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(address(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      // The note that a page is generated; nothing else in them is HTML.
      html: () => '',
      tablecell({ header, tokens }) {
        const content = this.parser.parseInline(tokens);
        return header ? `<th scope="col">${content}</th>\n` : `<td>${content}</td>\n`;
      },
    },
  });
  return marked
    .parse(markdown, { async: false })
    .replaceAll(
      '<table>',
      '<div class="wide" tabindex="0" role="group" aria-label="Table">\n<table>',
    )
    .replaceAll('</table>', '</table>\n</div>')
    .replaceAll('<pre>', '<pre tabindex="0">');
}

/** As Markdown on a repository's pages has it: lower case, blanks as dashes. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** A link from file to file as one from page to page. */
function address(href: string): string {
  const [, file, fragment = ''] =
    /^(?:\.\/|merchant-api\/|\.\.\/)?([A-Za-z-]+)\.md(#.*)?$/.exec(href) ?? [];
  if (file === undefined) return href;
  return `${DOCS_PATH}${file === 'README' ? '' : `/${file}`}${fragment}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** The style of every page. */
export const STYLE = `:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
  background: light-dark(#fff, #16181b); color: light-dark(#1a1a1a, #e8e8e8); }
a { color: light-dark(#0b4fb3, #9cc4ff); }
h1, h2, h3, p, li { overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding-bottom: 0.75rem;
  border-bottom: 1px solid GrayText; }
nav a { padding: 0.25rem 0; }
.wide, pre { margin: 1rem 0; overflow-x: auto; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
table { border-collapse: collapse; }
th, td { padding: 0.3rem 0.6rem; border: 1px solid GrayText; text-align: left;
  vertical-align: top; }
pre { padding: 0.75rem; border: 1px solid GrayText; }
code, pre { font: 0.9em/1.45 ui-monospace, monospace; }
:target { scroll-margin-top: 1rem; }
`;
