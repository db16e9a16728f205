import { word } from '../i18n/index.ts';
import type { Stroke } from './typing.ts';

/** X11 key symbols (X.h keysymdef): what RFB sends. */
const SYM = {
  Shift: 0xff_e1,
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
  { label: `${word('key', 'ctrl')}+Alt+${word('key', 'delete')}`, keys: [control, alt, [0xff_ff, 'Delete']] },
  { label: 'Alt+Tab', keys: [alt, [SYM.Tab, 'Tab']] },
  { label: `${word('key', 'ctrl')}+Esc`, keys: [control, [SYM.Escape, 'Escape']] },
  { label: 'Windows', keys: [win] },
  { label: 'Alt+F4', keys: [alt, [F1 + 3, 'F4']] },
  ...[1, 2, 3, 4, 5, 6, 7].map((n) => ({
    label: `${word('key', 'ctrl')}+Alt+F${n}`,
    keys: [control, alt, [F1 + n - 1, `F${n}`]] as Chord,
  })),
  { label: word('key', 'print'), keys: [[SYM.Print, 'PrintScreen']] },
];

/** What a US keyboard types with Shift; QEMU knows the key of a symbol, and leaves Shift to whoever types. */
const SHIFTED = /[A-Z~!@#$%^&*()_+{}|:"<>?]/;
const TYPED = /[ -~\n\t]/;

/** Characters that are on no key of a US keyboard, each once. */
export const untypable = (text: string): readonly string[] => [
  ...new Set([...text].filter((character) => !TYPED.test(character))),
];

/** What a US keyboard does to type a character (RFC 6143 §7.5.4: of Latin-1 the symbol is its number); a line break is Enter. */
export const strokesOf = (character: string): readonly Stroke[] => {
  const keysym = character === '\n' ? SYM.Enter : character === '\t' ? SYM.Tab : (character.codePointAt(0) ?? 0);
  const tap = [true, false].map((down) => ({ keysym, down }));
  return SHIFTED.test(character)
    ? [{ keysym: SYM.Shift, down: true }, ...tap, { keysym: SYM.Shift, down: false }]
    : tap;
};

/** Leaves a console by keyboard: everything else that is typed there is the guest's (WCAG 2.1.2). */
export const isRelease = (event: KeyboardEvent): boolean => event.ctrlKey && event.altKey && event.key === 'ArrowLeft';

/** What is held down then besides. */
export const RELEASE_KEYS = ['ControlLeft', 'ControlRight', 'AltLeft', 'AltRight'] as const;
