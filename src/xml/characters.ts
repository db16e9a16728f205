import { syntaxError, XmlError } from './error.ts';

/** Control characters, U+FFFE and U+FFFF: not in XML 1.0 (§2.2), not even as references. */
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const REFERENCE = /&(?:#([0-9]+);|#x([0-9A-Fa-f]+);|([A-Za-z]+);)?/g;

/** The text with line ends as XML has them (§2.11) and without a byte order mark. @throws XmlError */
export function checkedCharacters(source: string): string {
  const bad = source.search(FORBIDDEN);
  if (bad >= 0) throw syntaxError(source, bad, 'A character is not allowed in XML.');
  if (!source.isWellFormed()) throw new XmlError('syntax', 'Half of a surrogate pair stands alone.');
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** References replaced: the five entities of XML and characters by number; null: there is another one (§4.6). */
export function expandReferences(text: string): string | null {
  if (!text.includes('&')) return text;
  let unknown = false;
  const expanded = text.replace(REFERENCE, (_, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) {
      const known = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
      if (known !== undefined) return known;
    } else if (decimal !== undefined || hex !== undefined) {
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
      if (isCharacter(code)) return String.fromCodePoint(code);
    }
    unknown = true;
    return '';
  });
  return unknown ? null : expanded;
}

const isCharacter = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);
