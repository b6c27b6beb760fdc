/**
 * As much of SQL's lexical form as `tidy` needs: where comments are, and how long a function's body
 * is.
 */

/** The length of a function, from `create` to the end of its body, and the line it begins on. */
export type SqlFunction = { readonly line: number; readonly lines: number };
/** A comment without its marks, and the line it begins on. */
export type SqlComment = { readonly line: number; readonly text: string };

type Token = {
  readonly kind: 'COMMENT' | 'QUOTED' | 'DOLLAR' | 'OTHER';
  readonly start: number;
  readonly text: string;
};

/** The alternatives exclude one another by how they begin; the last takes what is none of them. */
const TOKENS = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")`,
    String.raw`(?<dollar>\$(?<tag>[A-Za-z_]\w*)?\$[\s\S]*?\$\k<tag>\$)`,
    String.raw`[^'"$/-]+|[\s\S]`,
  ].join('|'),
  'g',
);

function tokens(text: string): Token[] {
  return [...text.matchAll(TOKENS)].map((match) => {
    const { comment, quoted, dollar } = match.groups ?? {};
    const kind = comment ? 'COMMENT' : quoted ? 'QUOTED' : dollar ? 'DOLLAR' : 'OTHER';
    return { kind, start: match.index, text: match[0] };
  });
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** The functions and procedures that `text` creates with a dollar-quoted body. */
export function sqlFunctions(text: string): SqlFunction[] {
  const found: SqlFunction[] = [];
  let created = -1;
  for (const token of tokens(text)) {
    if (token.kind === 'DOLLAR' && created >= 0) {
      const line = lineOf(text, created);
      found.push({ line, lines: lineOf(text, token.start + token.text.length) - line + 1 });
      created = -1;
    }
    if (token.kind !== 'OTHER') continue;
    for (const match of token.text.matchAll(
      /\bcreate\s+(or\s+replace\s+)?(function|procedure)\b|;/gi,
    )) {
      created = match[0] === ';' ? -1 : token.start + match.index;
    }
  }
  return found;
}

/** The comments of `text`, those inside function bodies included. */
export function sqlComments(text: string): SqlComment[] {
  const found: SqlComment[] = [];
  for (const token of tokens(text)) {
    const line = lineOf(text, token.start);
    if (token.kind === 'COMMENT') found.push({ line, text: token.text.replace(/^(--|\/\*)/, '') });
    if (token.kind === 'DOLLAR') {
      const tag = /^\$\w*\$/.exec(token.text)?.[0].length ?? 0;
      for (const inner of sqlComments(token.text.slice(tag, -tag))) {
        found.push({ line: line + inner.line - 1, text: inner.text });
      }
    }
  }
  return found;
}
