/** A small drawing of a product, chosen by its name: enough to tell a cup from a packet. */

const SHAPES = {
  cup: 'M14 20h32l-4 34a4 4 0 0 1-4 4H22a4 4 0 0 1-4-4zM11 14h38v6H11z',
  bottle: 'M25 6h10v8l5 8v32a4 4 0 0 1-4 4H24a4 4 0 0 1-4-4V22l5-8z',
  bag: 'M14 8l4 4 4-4 4 4 4-4 4 4 4-4 4 4 4-4v48l-4-4-4 4-4-4-4 4-4-4-4 4-4-4-4 4z',
  bar: 'M22 6h16l3 5v38l-3 5v4H22v-4l-3-5V11z',
  round:
    'M30 18c10-8 20 0 18 14-1 12-10 26-18 22-8 4-17-10-18-22-2-14 8-22 18-14zM30 17c0-6 3-9 8-10',
  box: 'M10 18h40v36H10zM10 18l6-8h28l6 8M24 18v14h12V18',
  umbrella: 'M30 8c14 0 24 10 24 22H6C6 18 16 8 30 8zM28 30h4v20a5 5 0 0 1-10 0h4v0h2z',
  washer: 'M12 6h36v50H12zM30 22a12 12 0 1 0 0 24 12 12 0 0 0 0-24z',
  flower:
    'M30 8c6 0 8 6 6 10 4-2 10 0 10 6s-6 8-10 6l-4 2v24h-4V32l-4-2q-10 2-10-6t10-6q-3-9 6-10z',
  phones: 'M12 34a18 18 0 0 1 36 0v16h-8V34h4a14 14 0 0 0-28 0h4v16h-8z',
} as const;

/** Words in a product's name that tell its shape; the first that fits wins. */
const WORDS: readonly (readonly [RegExp, keyof typeof SHAPES])[] = [
  [/coffee|espresso|latte|tea|hot|soup/iu, 'cup'],
  [/water|cola|juice|drink|lemonade|milk/iu, 'bottle'],
  [/crisps|chips|nuts|pretzel/iu, 'bag'],
  [/bar|chocolate|ice cream|cookie/iu, 'bar'],
  [/apple|banana|fruit|orange/iu, 'round'],
  [/umbrella/iu, 'umbrella'],
  [/wash|dry|laundry/iu, 'washer'],
  [/tulip|rose|flower|bunch/iu, 'flower'],
  [/phones/iu, 'phones'],
];

/** How many colours there are; slots take them in turn. */
const HUES = 5;

type ProductArtProps = { readonly name: string; readonly slot: number };

/** The drawing; decoration only, the name stands beside it. */
export function ProductArt({ name, slot }: ProductArtProps) {
  const shape = WORDS.find(([word]) => word.test(name))?.[1] ?? 'box';
  return (
    <svg class="art" viewBox="0 0 60 62" data-hue={slot % HUES} aria-hidden="true">
      <path d={SHAPES[shape]} />
    </svg>
  );
}
