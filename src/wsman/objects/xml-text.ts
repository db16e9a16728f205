import { escapeXml } from '../../xml/escape.ts';
import type { XmlElement } from '../../xml/element.ts';
import { NS } from '../envelope/namespaces.ts';

/**
 * An element back to text, for an embedded instance that arrives as real child XML where the schema says string
 * (spec wire-wsman §7). Namespaces are declared where they change; prefixes are made anew, so none can be missing.
 */
export function elementText(element: XmlElement): string {
  return write(element, '');
}

function write(element: XmlElement, inherited: string): string {
  let open = `<${element.local}`;
  if (element.ns !== inherited) open += ` xmlns="${escapeXml(element.ns)}"`;
  let count = 0;
  for (const a of element.attributes) {
    // `xml` is declared everywhere, and no other prefix may stand for its namespace.
    if (a.ns === NS.xml) open += ` xml:${a.local}="${escapeXml(a.value)}"`;
    else if (a.ns === '') open += ` ${a.local}="${escapeXml(a.value)}"`;
    else {
      const prefix = `q${count++}`;
      open += ` xmlns:${prefix}="${escapeXml(a.ns)}" ${prefix}:${a.local}="${escapeXml(a.value)}"`;
    }
  }
  if (element.children.length === 0) return `${open}>${escapeXml(element.text)}</${element.local}>`;
  return `${open}>${element.children.map((c) => write(c, element.ns)).join('')}</${element.local}>`;
}
