/**
 * Products as they stand in a machine, chosen by their name: enough to tell a cup from a packet.
 * Each is drawn on 60 by 62 with its foot at the bottom.
 */

/** The outline, what is darker on it, what shines, and a band or label in a second colour. */
type Shape = {
  readonly body: string;
  readonly shade?: string;
  readonly shine?: string;
  readonly label?: string;
};

const SHAPES = {
  cup: {
    body: 'M14 22h32l-4 34a5 5 0 0 1-5 5H23a5 5 0 0 1-5-5z',
    shade: 'M38 22h8l-4 34a5 5 0 0 1-5 5h-5z',
    label: 'M11 15h38v7H11zM16 36h28l-1.500 12h-25z',
    shine: 'M19 25h3l2 32h-2z',
  },
  bottle: {
    body: 'M25 8h10v8c0 3 6 5 6 12v29a4 4 0 0 1-4 4H23a4 4 0 0 1-4-4V28c0-7 6-9 6-12z',
    shade: 'M34 18c1 2 7 4 7 10v29a4 4 0 0 1-4 4h-5z',
    label: 'M24 2h12v6H24zM19 34h22v14H19z',
    shine: 'M22 28c0-2 2-4 4-6v9h-4z',
  },
  can: {
    body: 'M18 12h24l3 5v38l-3 5H18l-3-5V17z',
    shade: 'M38 12h4l3 5v38l-3 5h-6z',
    label: 'M15 26l30-6v14l-30 8z',
    shine: 'M19 16h3v40h-3z',
  },
  bag: {
    body: 'M13 8l4 3 4-3 4 3 5-3 5 3 4-3 4 3 4-3-2 26 2 26-4-3-4 3-4-3-5 3-5-3-4 3-4-3-4 3 2-26z',
    shade: 'M43 11l4-3-2 26 2 26-4-3-4 3c3-16 3-34 0-52z',
    label: 'M19 24c7-6 15-6 22 0v16c-7 5-15 5-22 0z',
    shine: 'M17 14h3c-1 12-1 26 0 40h-3z',
  },
  bar: {
    body: 'M20 6h20l2 3-2 3v38l2 3-2 3H20l-2-3 2-3V12l-2-3z',
    shade: 'M35 12h5v38h-5z',
    label: 'M20 22h20v18H20z',
    shine: 'M22 13h2v36h-2z',
  },
  apple: {
    body: 'M30 20c10-8 20 0 18 14-1 12-10 30-18 26-8 4-17-14-18-26-2-14 8-22 18-14z',
    shade: 'M41 18c6 3 8 9 7 16-1 12-10 30-18 26 12-4 16-24 11-42z',
    label: 'M31 14c2-7 8-9 14-8-1 6-6 10-14 8z',
    shine: 'M17 28c1-5 4-8 8-8-4 3-5 8-5 13-2 0-3-2-3-5z',
  },
  cone: {
    body: 'M18 34h24L30 61z',
    shade: 'M34 34h8L30 61z',
    label: 'M14 34a16 16 0 0 1 32 0c0 3-3 4-5 2-2 4-6 4-7 0-2 4-6 4-8 0-2 4-6 4-7 0-3 2-5 1-5-2z',
    shine: 'M20 28c1-4 3-6 6-7-2 3-3 5-3 8z',
  },
  umbrella: {
    body: 'M30 9c14 0 24 10 24 23-5-4-11-4-16 0-5-4-11-4-16 0-5-4-11-4-16 0C6 19 16 9 30 9z',
    shade: 'M40 12c9 3 14 11 14 20-5-4-11-4-16 0 3-8 4-14 2-20z',
    label: 'M29 4h2v5h-2zM29 30h3v22a6 6 0 0 1-12 0h3a3 3 0 0 0 6 0z',
    shine: 'M14 21c3-5 7-8 11-9-4 4-6 9-7 14z',
  },
  phones: {
    body: 'M8 38h10v20h-4a6 6 0 0 1-6-6zM42 38h10v14a6 6 0 0 1-6 6h-4z',
    label: 'M10 38C8 16 20 6 30 6s22 10 20 32h-5c2-18-7-26-15-26s-17 8-15 26z',
    shine: 'M11 41h3v12h-3z',
  },
  buds: {
    body: 'M16 30h28a6 6 0 0 1 6 6v18a6 6 0 0 1-6 6H16a6 6 0 0 1-6-6V36a6 6 0 0 1 6-6z',
    label:
      'M20 8a7 7 0 0 1 7 7v12h-6V19a7 7 0 0 1-1-11zM40 8a7 7 0 0 0-7 7v12h6V19a7 7 0 0 0 1-11z',
    shine: 'M14 36h3v18h-3z',
  },
  battery: {
    body: 'M14 14h32v44a3 3 0 0 1-3 3H17a3 3 0 0 1-3-3z',
    shade: 'M38 14h8v44a3 3 0 0 1-3 3h-5z',
    label: 'M23 6h14v8H23zM32 20L21 40h8l-3 15 12-20h-8z',
    shine: 'M17 17h3v40h-3z',
  },
  box: {
    body: 'M10 20h40v40H10z',
    shade: 'M40 20h10v40H40z',
    label: 'M10 20l6-9h28l6 9zM26 20h8v14h-8z',
  },
} as const satisfies Record<string, Shape>;

/** Words in a product's name that tell its shape; the first that fits wins. */
const WORDS: readonly (readonly [RegExp, keyof typeof SHAPES])[] = [
  [/cone/iu, 'cone'],
  [/bar\b|ice cream|cookie/iu, 'bar'],
  [/coffee|espresso|latte|cappuccino|tea\b|hot |soup/iu, 'cup'],
  [/cola|energy|beer/iu, 'can'],
  [/water|juice|drink|lemonade|milk/iu, 'bottle'],
  [/crisps|chips|nuts|pretzel/iu, 'bag'],
  [/apple|banana|fruit|orange/iu, 'apple'],
  [/kwh/iu, 'battery'],
  [/umbrella/iu, 'umbrella'],
  [/headphones/iu, 'phones'],
  [/earphones|buds/iu, 'buds'],
];

/** How many colours there are; slots take them in turn. */
const HUES = 5;

type ProductArtProps = { readonly name: string; readonly slot: number };

/** The drawing's parts, to be put into another drawing. */
export function ProductShape({ name, slot }: ProductArtProps) {
  const shape: Shape = SHAPES[WORDS.find(([word]) => word.test(name))?.[1] ?? 'box'];
  return (
    <g class="art-shape" data-hue={slot % HUES}>
      <path class="art-body" d={shape.body} />
      {shape.label === undefined ? null : <path class="art-label" d={shape.label} />}
      {shape.shade === undefined ? null : <path class="art-shade" d={shape.shade} />}
      {shape.shine === undefined ? null : <path class="art-shine" d={shape.shine} />}
    </g>
  );
}

/** The drawing; decoration only, the name stands beside it. */
export function ProductArt(props: ProductArtProps) {
  return (
    <svg class="art" viewBox="0 0 60 62" aria-hidden="true">
      <ProductShape {...props} />
    </svg>
  );
}
