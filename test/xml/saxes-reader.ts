import { SaxesParser } from 'saxes';
import type { XmlAttribute, XmlElement } from '../../src/xml/element.ts';

interface OpenElement {
  readonly ns: string;
  readonly local: string;
  readonly prefix: string;
  readonly attributes: XmlAttribute[];
  readonly children: XmlElement[];
  text: string;
}

/** What may stand in a name, not at its beginning. */
const CONTINUES_ONLY = /^[\u0300-\u036F\u203F\u2040\u00B7.0-9-]/u;

/** The same tree by an XML parser of other people; null: it refuses the document. */
export function readBySaxes(source: string): XmlElement | null {
  const parser = new SaxesParser({ xmlns: true });
  const stack: OpenElement[] = [];
  let root: XmlElement | null = null;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('doctype');
  });
  parser.on('opentag', (tag) => {
    // saxes checks how a whole name begins, not the part after the colon (Namespaces in XML, NCName).
    const locals = [tag.local, ...Object.values(tag.attributes).map((a) => a.local)];
    if (locals.some((local) => CONTINUES_ONLY.test(local))) throw new Error('name');
    const attributes = Object.values(tag.attributes)
      .filter((a) => a.prefix !== 'xmlns' && !(a.prefix === '' && a.local === 'xmlns'))
      .map((a) => ({ ns: a.prefix === '' ? '' : a.uri, local: a.local, value: a.value }));
    const element = { ns: tag.uri, local: tag.local, prefix: tag.prefix, attributes, children: [], text: '' };
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
    const closed = stack.pop() ?? null;
    if (stack.length === 0) root = closed;
  });
  try {
    parser.write(source).close();
  } catch {
    return null;
  }
  return root;
}
