import type { KeyAction } from '../../../core/ports.ts';

/** Windows virtual-key codes used by name. */
export const VK = { shift: 0x10, control: 0x11, alt: 0x12, delete: 0x2e } as const;

/** Virtual-key codes are 1 to 254. */
export const isKeyCode = (code: number): boolean => Number.isInteger(code) && code >= 1 && code <= 254;

export const press = (keyCode: number): KeyAction => ({ keyCode, action: 'press' });
export const release = (keyCode: number): KeyAction => ({ keyCode, action: 'release' });
export const tap = (keyCode: number): readonly KeyAction[] => [press(keyCode), release(keyCode)];

/** Keys of a US keyboard with what they type alone and with Shift. */
const US_KEYS: readonly (readonly [number, string, string])[] = [
  [0xc0, '`', '~'],
  [0x31, '1', '!'],
  [0x32, '2', '@'],
  [0x33, '3', '#'],
  [0x34, '4', '$'],
  [0x35, '5', '%'],
  [0x36, '6', '^'],
  [0x37, '7', '&'],
  [0x38, '8', '*'],
  [0x39, '9', '('],
  [0x30, '0', ')'],
  [0xbd, '-', '_'],
  [0xbb, '=', '+'],
  [0xdb, '[', '{'],
  [0xdd, ']', '}'],
  [0xdc, '\\', '|'],
  [0xba, ';', ':'],
  [0xde, "'", '"'],
  [0xbc, ',', '<'],
  [0xbe, '.', '>'],
  [0xbf, '/', '?'],
];

interface Keystroke {
  readonly keyCode: number;
  readonly shift: boolean;
}

const LETTERS: readonly (readonly [number, string, string])[] = Array.from({ length: 26 }, (_, i) => [
  0x41 + i,
  String.fromCharCode(0x61 + i),
  String.fromCharCode(0x41 + i),
]);

/** Keys that type one character, with or without Shift. */
const CONTROL_KEYS: readonly (readonly [number, string])[] = [
  [0x20, ' '],
  [0x09, '\t'],
  [0x0d, '\n'],
  [0x0d, '\r'],
  [0x08, '\b'],
  [0x1b, '\u001b'],
];

/** Character to keystroke, for printable ASCII, Tab, Enter, Backspace and Escape. */
const CHARACTERS: ReadonlyMap<string, Keystroke> = new Map(
  [...US_KEYS, ...LETTERS]
    .flatMap(([keyCode, plain, shifted]): readonly [string, Keystroke][] => [
      [plain, { keyCode, shift: false }],
      [shifted, { keyCode, shift: true }],
    ])
    .concat(CONTROL_KEYS.map(([keyCode, character]): [string, Keystroke] => [character, { keyCode, shift: false }])),
);

/** Keystrokes of a text on a US keyboard; undefined with a character that no key types. CR LF is one Enter. */
export const textKeys = (text: string): readonly KeyAction[] | undefined => {
  const keys: KeyAction[] = [];
  for (const character of text.replaceAll('\r\n', '\n')) {
    const key = CHARACTERS.get(character);
    if (key === undefined) return undefined;
    if (key.shift) keys.push(press(VK.shift), ...tap(key.keyCode), release(VK.shift));
    else keys.push(...tap(key.keyCode));
  }
  return keys;
};
