import type { ReactNode } from 'react';

/** Drawn for a square of 16, stroke 1.5. */
const PATHS = {
  machine: 'M2 3.5h12v7.5H2zM6 13.5h4M8 11v2.5',
  job: 'M8 2.5a5.5 5.5 0 1 1-5.2 3.7M8 5v3.2l2 1.3M2.5 2.7v3.5H6',
  switch: 'M2.5 5.5h11M11 3l2.5 2.5L11 8M13.5 10.5h-11M5 8l-2.5 2.5L5 13',
  host: 'M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.75h.01M5 11.25h.01',
  users:
    'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 2.8a2.4 2.4 0 0 1 0 4.4M12 9.8c1.6.5 2.5 1.8 2.5 3.7',
  log: 'M4 2.5h8v11H4zM6 5.5h4M6 8h4M6 10.5h2.5',
  import: 'M8 2v7.5M5 6.5l3 3 3-3M2.5 10.5v3h11v-3',
  play: 'M5 3l7.5 5L5 13z',
  stop: 'M4 4h8v8H4z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  save: 'M8 2v6.5M5.5 6L8 8.5 10.5 6M3 11.5h10',
  reset: 'M3 8a5 5 0 1 1 1.6 3.7M3 13v-2.8h2.8',
  power: 'M8 2v5.5M4.7 4.3a4.9 4.9 0 1 0 6.6 0',
  more: 'M3 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0M7.6 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0M12.2 8a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5l3.2 3.2L13 5',
  warn: 'M8 2.5l6 11H2zM8 6.5v3.2M8 11.6h.01',
  error: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.6M8 10.9h.01',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  user: 'M8 7.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 14c0-3 2.3-4.6 5.2-4.6s5.2 1.6 5.2 4.6',
  screen: 'M2 3h12v8H2zM5.5 13.5h5',
  serial: 'M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3',
  disk: 'M3 3.5h10v9H3zM3 9.5h10M10.5 11h.01',
  dvd: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 9.3a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6z',
  nic: 'M4 6.5h8v5H4zM6 6.5V4h4v2.5M6.5 9v2.5M9.5 9v2.5',
  checkpoint: 'M3 5.5h2L6.3 4h3.4L11 5.5h2v7H3zM8 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  folder: 'M2 4h4.5l1.3 1.5H14V13H2z',
  file: 'M4 2.5h5L12.5 6v7.5H4zM9 2.5V6h3.5',
  up: 'M8 13V3.5M4 7.5l4-4 4 4',
  higher: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  fork: 'M5 3v3.5a2 2 0 0 0 2 2h2a2 2 0 0 1 2 2V13M5 6.5V13M3.5 11.5L5 13l1.5-1.5M9.5 11.5L11 13l1.5-1.5',
  upload: 'M8 10.5V3M5 6l3-3 3 3M2.5 10.5v3h11v-3',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  edit: 'M3 13l.7-3L11 2.8l2.3 2.3L6 12.3zM3 13l3-.7',
  trash: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4',
  key: 'M5.5 10.5a3 3 0 1 0 0-5 3 3 0 0 0 0 5zM8.5 8H14M12 8v2.5',
  moon: 'M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z',
  language: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM2 8h12M8 2c4 4 4 8 0 12M8 2c-4 4-4 8 0 12',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactNode => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
);

export const Spinner = ({ size = 16 }: { readonly size?: number }): ReactNode => (
  <svg
    className="spin"
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    aria-hidden="true"
  >
    <path d="M8 2a6 6 0 1 1-6 6" strokeLinecap="round" />
  </svg>
);
