import { useMemo } from 'preact/hooks';
import { CELL, displayCharacters, glyphRows } from './glyphs.ts';

/** A controller's display: four lines of 20 characters. */
const COLUMNS = 20;
const LINES = 4;
/** A cell with the gap to the next one, in dots. */
const PITCH = { x: CELL.columns + 1, y: CELL.rows + 1.5 };
/** A dot is a little smaller than its place. */
const DOT = 0.82;
const WIDTH = COLUMNS * PITCH.x + 1;
const HEIGHT = LINES * PITCH.y + 0.5;

type DotMatrixProps = {
  /** At most four lines; an empty one leaves its line dark. */
  readonly lines: readonly string[];
};

/** The lit dots of a text over the unlit ones; what it says is told beside it. */
export function DotMatrix({ lines }: DotMatrixProps) {
  return (
    <svg class="dots" viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} aria-hidden="true">
      <path class="dots-unlit" d={UNLIT} />
      {Array.from({ length: LINES }, (_, line) => (
        <Line key={line} line={line} text={lines[line] ?? ''} />
      ))}
    </svg>
  );
}

/** Drawn anew only when its own text changes: the clock moves every second, the rest does not. */
function Line({ line, text }: { readonly line: number; readonly text: string }) {
  const path = useMemo(() => litPath(line, text), [line, text]);
  return <path class="dots-lit" d={path} />;
}

function litPath(line: number, text: string): string {
  const characters = displayCharacters(text).slice(0, COLUMNS);
  const start = Math.floor((COLUMNS - characters.length) / 2);
  return characters
    .flatMap((character, index) =>
      glyphRows(character).flatMap((dots, row) =>
        Array.from({ length: CELL.columns }, (_, column) =>
          (dots >> column) & 1 ? dotAt(start + index, line, column, row) : '',
        ),
      ),
    )
    .join('');
}

function dotAt(cell: number, line: number, column: number, row: number): string {
  const x = 1 + cell * PITCH.x + column;
  const y = 1 + line * PITCH.y + row;
  return `M${x.toFixed(1)} ${y.toFixed(1)}h${DOT}v${DOT}h-${DOT}z`;
}

/** All dots of all cells but the eighth row, which hangs below the line. */
const UNLIT = Array.from({ length: LINES * COLUMNS }, (_, cell) =>
  Array.from({ length: CELL.columns * (CELL.rows - 1) }, (__, dot) =>
    dotAt(
      cell % COLUMNS,
      Math.floor(cell / COLUMNS),
      dot % CELL.columns,
      Math.floor(dot / CELL.columns),
    ),
  ).join(''),
).join('');
