/**
 * The line icons of both apps, on a grid of 24. They decorate; words beside them carry the meaning.
 */

const PATHS = {
  scan: 'M4 8V6l2-2h2M16 4h2l2 2v2M20 16v2l-2 2h-2M8 20H6l-2-2v-2M4 12h16',
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  locked: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  unlocked: 'M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 6.8-1.1',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
  receipt: 'M6 3.5h12V21l-3-2-3 2-3-2-3 2zM9 8.5h6M9 12.5h6',
  erase: 'M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5',
  machine: 'M5 3h14v18H5zM8 6h5v8H8zM16 7h.01M16 10h.01M8 18h8',
  phone: 'M7 2.5h10v19H7zM10.5 18.5h3',
  offline:
    'M4 4l16 16M8.5 15.5a5 5 0 0 1 6-.8M5 12a10 10 0 0 1 4-2.5M19 12a10 10 0 0 0-6-2.9M12 19h.01',
  warning: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8h.01',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8',
  basket: 'M4 9h16l-1.5 10h-13zM8.5 9L11 4M15.5 9L13 4',
  card: 'M3 6h18v12H3zM3 10h18M7 14.5h4',
  document: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  leave: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20 20',
  share: 'M12 15V4M8 7.5L12 3.5l4 4M6 11H5v9.5h14V11h-1',
  save: 'M12 4v11M8 11.5l4 4 4-4M5 17.5v3h14v-3',
  gauge: 'M4 18a9 9 0 1 1 16 0M12 15l4-5',
  plus: 'M12 5v14M5 12h14',
  bell: 'M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  sound: 'M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11',
  vibrate: 'M8 4h8v16H8zM4.5 8v8M1.5 10v4M19.5 8v8M22.5 10v4',
  sliders: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
  install: 'M12 4v10M8 10.5l4 4 4-4M5 19.5h14',
  torch: 'M7 3h10v4l-2.5 4v10h-5V11L7 7zM7 7h10M12 13.5v2',
  verified: 'M12 3l7.5 3v6c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6zM8.5 12l2.5 2.5 4.5-5',
  flag: 'M6 21V4h11l-2 4 2 4H6',
  returned: 'M9 14l-5-5 5-5M4 9h10.5a5.5 5.5 0 0 1 0 11H10',
} as const;

/** The names of the icons. */
export type IconName = keyof typeof PATHS;

/** What points along the line of writing, and the other way where that runs from the right. */
const POINTING: ReadonlySet<IconName> = new Set(['back', 'forward', 'leave', 'erase', 'returned']);

/** One icon in the colour of the text around it; hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" data-points={POINTING.has(name)}>
      <path d={PATHS[name]} />
    </svg>
  );
}
