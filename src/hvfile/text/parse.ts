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

/** The root element of a file in XML; a DOCTYPE is refused. @throws HvFileError with the byte offset */
export const parseText = (bytes: Buffer, options: Partial<HvLimits> = {}): XmlElement => {
  const limits = { ...HV_LIMITS, ...options };
  if (bytes.length > limits.text)
    throw new HvFileError('limit', `The file is larger than ${limits.text} bytes`, { offset: limits.text });
  const { text, offsetOf } = decodeText(bytes);
  try {
    return parseXml(text, { size: limits.text, depth: limits.depth, elements: limits.items });
  } catch (error) {
    if (error instanceof XmlError)
      throw new HvFileError(REASONS[error.reason], error.message, { offset: offsetOf(error.position) });
    throw error;
  }
};
