import { SaxesParser } from 'saxes';
import type { XmlAttribute, XmlElement } from './element.ts';

/** Why a document was refused; `position` is a character offset. */
export class XmlError extends Error {
  readonly reason: 'syntax' | 'limit' | 'doctype' | 'encoding';
  readonly position: number;
  constructor(reason: XmlError['reason'], message: string, position = 0) {
    super(message);
    this.name = 'XmlError';
    this.reason = reason;
    this.position = position;
  }
}

export interface XmlLimits {
  /** Characters of the whole document. */
  readonly size: number;
  /** Nesting of elements; saxes looks an undeclared prefix up through all ancestors, so this also bounds time. */
  readonly depth: number;
  readonly elements: number;
  /** Attributes of one element. */
  readonly attributes: number;
}

export const DEFAULT_LIMITS: XmlLimits = { size: 16 << 20, depth: 64, elements: 500_000, attributes: 64 };

export interface ParseOptions extends Partial<XmlLimits> {
  /**
   * What to do with a DOCTYPE: refuse (default), or skip it when it declares nothing (hand-made embedded
   * instances start with `<!DOCTYPE ...>`; spec/embedded-instances form 3). An internal subset is always refused.
   */
  readonly doctype?: 'refuse' | 'skip';
}

interface OpenElement {
  readonly ns: string;
  readonly local: string;
  readonly prefix: string;
  readonly attributes: XmlAttribute[];
  readonly children: XmlElement[];
  text: string;
}

/**
 * Parse a whole document into a tree.
 * Entities other than the five of XML and character references are refused: a DTD is never read.
 * @throws XmlError
 */
export function parseXml(source: string, options: ParseOptions = {}): XmlElement {
  const limits = { ...DEFAULT_LIMITS, ...options };
  if (source.length > limits.size)
    throw new XmlError('limit', `The document is larger than ${limits.size} characters.`);
  const parser = new SaxesParser({ xmlns: true, position: true });
  const stack: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let attributesOfOne = 0;
  let level = 0;
  const fail = (reason: XmlError['reason'], message: string): never => {
    throw new XmlError(reason, message, parser.position);
  };
  parser.on('error', (e) => fail('syntax', e.message));
  parser.on('doctype', (text) => {
    if (limits.doctype !== 'skip' || text.includes('['))
      fail('doctype', 'A document type declaration is not accepted.');
  });
  parser.on('opentagstart', () => {
    attributesOfOne = 0;
    if (++elements > limits.elements) fail('limit', `More than ${limits.elements} elements.`);
    if (++level > limits.depth) fail('limit', `Elements are nested deeper than ${limits.depth}.`);
  });
  parser.on('attribute', () => {
    if (++attributesOfOne > limits.attributes)
      fail('limit', `More than ${limits.attributes} attributes on one element.`);
  });
  parser.on('opentag', (tag) => {
    const attributes: XmlAttribute[] = [];
    for (const a of Object.values(tag.attributes)) {
      if (a.prefix === 'xmlns' || (a.prefix === '' && a.local === 'xmlns')) continue;
      attributes.push({ ns: a.prefix === '' ? '' : a.uri, local: a.local, value: a.value });
    }
    const element: OpenElement = {
      ns: tag.uri,
      local: tag.local,
      prefix: tag.prefix,
      attributes,
      children: [],
      text: '',
    };
    stack.at(-1)?.children.push(element);
    stack.push(element);
  });
  const characters = (text: string): void => {
    const open = stack.at(-1);
    if (open !== undefined) open.text += text;
  };
  parser.on('text', characters);
  parser.on('cdata', characters);
  parser.on('closetag', () => {
    level--;
    const closed = stack.pop();
    if (stack.length === 0) root = closed;
  });
  parser.write(source).close();
  if (root === undefined) throw new XmlError('syntax', 'The document has no root element.');
  return root;
}
