import type { XmlElement } from '../../xml/element.ts';
import { parseXml, XmlError } from '../../xml/parse.ts';
import { HvFileError, type HvFileReason } from '../error.ts';
import { HV_LIMITS, type HvLimits } from '../limits.ts';
import { decodeText } from './decode.ts';

const REASONS: Readonly<Record<XmlError['reason'], HvFileReason>> = {
  syntax: 'structure',
  limit: 'limit',
  doctype: 'structure',
  encoding: 'encoding',
};

export interface ParsedText {
  readonly root: XmlElement;
  /** Byte offset in the file of an element's tag. */
  offsetOf(element: XmlElement): number;
}

/** The elements of a file in XML; a DOCTYPE is refused. @throws HvFileError with the byte offset */
export const parseText = (bytes: Buffer, options: Partial<HvLimits> = {}): ParsedText => {
  const limits = { ...HV_LIMITS, ...options };
  if (bytes.length > limits.text)
    throw new HvFileError('limit', `The file is larger than ${limits.text} bytes`, { offset: limits.text });
  const { text, offsetOf } = decodeText(bytes);
  // The parser would do the same, and count from there.
  const lines = text.replace(/\r\n?/g, '\n');
  const byteAt = (position: number): number => offsetOf(lines === text ? position : written(text, position));
  const places = new WeakMap<XmlElement, number>();
  try {
    const root = parseXml(lines, { size: limits.text, depth: limits.depth, elements: limits.items, places });
    return { root, offsetOf: (element) => byteAt(places.get(element) ?? 0) };
  } catch (error) {
    if (error instanceof XmlError)
      throw new HvFileError(REASONS[error.reason], error.message, { offset: byteAt(error.position) });
    throw error;
  }
};

/** Where in the text as it was written a character is that has this place when each line end is one character. */
const written = (text: string, position: number): number => {
  let at = 0;
  for (let counted = 0; counted < position; counted++) at += text.startsWith('\r\n', at) ? 2 : 1;
  return at;
};
