import { word } from '../i18n/index.ts';

/** X11 key symbols (X.h keysymdef): what RFB sends. */
const SYM = {
  Control: 0xff_e3,
  Alt: 0xff_e9,
  Super: 0xff_eb,
  Tab: 0xff_09,
  Escape: 0xff_1b,
  Enter: 0xff_0d,
  Print: 0xff_61,
} as const;

const F1 = 0xff_be;

type Chord = readonly (readonly [keysym: number, code: string])[];

const control = [SYM.Control, 'ControlLeft'] as const;
const alt = [SYM.Alt, 'AltLeft'] as const;
const win = [SYM.Super, 'MetaLeft'] as const;

/** Combinations that a browser or a desktop keeps for itself. */
export const CHORDS: readonly { readonly label: string; readonly keys: Chord }[] = [
  { label: `Ctrl+Alt+${word('key', 'delete')}`, keys: [control, alt, [0xff_ff, 'Delete']] },
  { label: 'Alt+Tab', keys: [alt, [SYM.Tab, 'Tab']] },
  { label: 'Ctrl+Esc', keys: [control, [SYM.Escape, 'Escape']] },
  { label: 'Windows', keys: [win] },
  { label: 'Alt+F4', keys: [alt, [F1 + 3, 'F4']] },
  ...[1, 2, 3, 4, 5, 6, 7].map((n) => ({
    label: `Ctrl+Alt+F${n}`,
    keys: [control, alt, [F1 + n - 1, `F${n}`]] as Chord,
  })),
  { label: word('key', 'print'), keys: [[SYM.Print, 'PrintScreen']] },
];

/** The key symbol of a character (RFC 6143 §7.5.4): Latin-1 as it is, others by their code point; a line break is Enter. */
export const keysymOf = (character: string): number => {
  const point = character.codePointAt(0) ?? 0;
  if (character === '\n') return SYM.Enter;
  if (character === '\t') return SYM.Tab;
  return point < 0x1_00 ? point : 0x1_00_00_00 + point;
};

/** Leaves a console by keyboard: everything else that is typed there is the guest's (WCAG 2.1.2). */
export const isRelease = (event: KeyboardEvent): boolean => event.ctrlKey && event.altKey && event.key === 'ArrowLeft';
