import { isUtf8 } from 'node:buffer';
import { HvFileError } from '../error.ts';

export interface DecodedText {
  readonly text: string;
  /** Byte offset in the file of a character. */
  offsetOf(character: number): number;
}

/**
 * The characters of a definition in XML. The byte order mark decides, and without one the first bytes: files say
 * `encoding="UTF-16"` even where they are stored as UTF-8 (hyperv-files §3).
 * @throws HvFileError for bytes that are no text of that encoding
 */
export const decodeText = (bytes: Buffer): DecodedText => {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return utf16(bytes.subarray(2), 2);
  if (a === 0xfe && b === 0xff) return utf16(swapped(bytes.subarray(2), 2), 2);
  if (a === 0xef && b === 0xbb && c === 0xbf) return utf8(bytes.subarray(3), 3);
  if (a !== undefined && a !== 0 && b === 0) return utf16(bytes, 0);
  if (a === 0 && b !== undefined && b !== 0) return utf16(swapped(bytes, 0), 0);
  return utf8(bytes, 0);
};

const swapped = (bytes: Buffer, start: number): Buffer => {
  checkEven(bytes, start);
  return Buffer.from(bytes).swap16();
};

const checkEven = (bytes: Buffer, start: number): void => {
  if (bytes.length % 2 !== 0)
    throw new HvFileError('encoding', 'UTF-16 ends in the middle of a character', { offset: start + bytes.length - 1 });
};

const utf16 = (bytes: Buffer, start: number): DecodedText => {
  checkEven(bytes, start);
  const text = bytes.toString('utf16le');
  const offsetOf = (character: number): number => start + 2 * Math.min(character, text.length);
  if (!text.isWellFormed()) {
    const fixed = text.toWellFormed();
    let wrong = 0;
    while (text[wrong] === fixed[wrong]) wrong++;
    throw new HvFileError('encoding', 'A surrogate stands alone', { offset: offsetOf(wrong) });
  }
  return { text, offsetOf };
};

const utf8 = (bytes: Buffer, start: number): DecodedText => {
  const text = bytes.toString('utf8');
  const offsetOf = (character: number): number => start + Buffer.byteLength(text.slice(0, character));
  if (!isUtf8(bytes)) {
    const before = text.indexOf('\uFFFD');
    throw new HvFileError('encoding', 'It is no UTF-8', { offset: offsetOf(before) });
  }
  return { text, offsetOf };
};
