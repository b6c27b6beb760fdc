import { encodeQR } from 'qr';
import { useMemo } from 'preact/hooks';

/** ISO 18004 asks for four modules of silence around a code; readers in the field need them. */
const QUIET_MODULES = 4;

type QrCodeProps = { readonly text: string; readonly label: string };

/**
 * A machine's code: black on white whatever the theme, drawn as one path so that edges stay sharp.
 */
export function QrCode({ text, label }: QrCodeProps) {
  const { path, side } = useMemo(() => drawing(text), [text]);
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${String(side)} ${String(side)}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect class="qr-light" width={side} height={side} />
      <path class="qr-dark" d={path} />
    </svg>
  );
}

/** One rectangle for each run of dark modules. */
function drawing(text: string): { path: string; side: number } {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_MODULES });
  let path = '';
  for (const [y, row] of modules.entries()) {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue;
      let end = x;
      while (row[end] === true) end += 1;
      path += `M${String(x)} ${String(y)}h${String(end - x)}v1h${String(x - end)}z`;
      x = end;
    }
  }
  return { path, side: modules.length };
}
