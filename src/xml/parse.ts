import { checkedCharacters, expandReferences } from './characters.ts';
import type { XmlAttribute, XmlElement } from './element.ts';
import { syntaxError, XmlError } from './error.ts';
import { NamespaceScope } from './namespace-scope.ts';

export { XmlError } from './error.ts';

export interface XmlLimits {
  /** Characters of the whole document. */
  readonly size: number;
  /** Nesting of elements; a prefix is looked up through all ancestors, so this also bounds time. */
  readonly depth: number;
  readonly elements: number;
  /** Attributes of one element, declarations of namespaces included. */
  readonly attributes: number;
}

export const DEFAULT_LIMITS: XmlLimits = { size: 16 << 20, depth: 64, elements: 500_000, attributes: 64 };

export interface ParseOptions extends Partial<XmlLimits> {
  /**
   * What to do with a DOCTYPE: refuse (default), or skip it when it declares nothing (hand-made embedded
   * instances start with `<!DOCTYPE ...>`; spec/embedded-instances form 3). An internal subset is always refused.
   */
  readonly doctype?: 'refuse' | 'skip';
  /** Is told where the tag of each element begins, as a character offset; line ends counted as XML has them. */
  readonly places?: WeakMap<XmlElement, number>;
}

/**
 * Parse a whole document into a tree: XML 1.0 with Namespaces, read in one pass, because every request and every embedded
 * instance goes through here. Entities other than the five of XML and character references are refused: a DTD is never read.
 * @throws XmlError
 */
export function parseXml(source: string, options: ParseOptions = {}): XmlElement {
  const limits = { ...DEFAULT_LIMITS, ...options };
  if (source.length > limits.size)
    throw new XmlError('limit', `The document is larger than ${limits.size} characters.`);
  return new DocumentReader(checkedCharacters(source), limits).read();
}

interface OpenElement {
  readonly ns: string;
  readonly local: string;
  readonly prefix: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: XmlElement[];
  text: string;
}

interface RawAttribute {
  readonly prefix: string;
  readonly local: string;
  readonly value: string;
}

// NameStartChar and NameChar of XML 1.0 (§2.3) without the colon. By code units: pairs were checked before, and the planes
// that names may use are those of the high halves D800 to DB7F.
const START =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uD800-\\uDB7F\\uF900-\\uFDCF\\uFDF0-\\uFFFD';
const NAME = `[${START}][${START}0-9.\\-\\u00B7\\u0300-\\u036F\\u203F\\u2040\\uDC00-\\uDFFF]*`;
const QUALIFIED = `(?:(${NAME}):)?(${NAME})`;
const SPACE = '[ \\t\\n]';

const TAG_START = new RegExp(`<${QUALIFIED}`, 'y');
const ATTRIBUTE_START = new RegExp(`${SPACE}+${QUALIFIED}${SPACE}*=${SPACE}*(["'])`, 'y');
const SPACES = new RegExp(`${SPACE}*`, 'y');
const INSTRUCTION = new RegExp(`<\\?(${NAME})(?=${SPACE}|\\?>)`, 'y');
const quoted = (value: string): string => `(?:"${value}"|'${value}')`;
const pseudo = (name: string, value: string): string => `${SPACE}+${name}${SPACE}*=${SPACE}*${quoted(value)}`;
const DECLARATION = new RegExp(
  `<\\?xml${pseudo('version', '1\\.[0-9]+')}(?:${pseudo('encoding', '[A-Za-z][A-Za-z0-9._-]*')})?(?:${pseudo('standalone', '(?:yes|no)')})?${SPACE}*\\?>`,
  'y',
);
const BLANK = /^[ \t\n]*$/;

class DocumentReader {
  readonly #source: string;
  readonly #limits: ParseOptions & XmlLimits;
  readonly #open: OpenElement[] = [];
  /** Name as written and namespaces of each open element. */
  readonly #names: string[] = [];
  readonly #scopes: (NamespaceScope | null)[] = [];
  #at = 0;
  #elements = 0;
  #doctypeSeen = false;
  #root: XmlElement | null = null;

  constructor(source: string, limits: ParseOptions & XmlLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  read(): XmlElement {
    const source = this.#source;
    if (/^<\?xml[ \t\n]/.test(source)) this.#expect(DECLARATION, 'The XML declaration is not correct.');
    while (this.#at < source.length) {
      const tag = source.indexOf('<', this.#at);
      const end = tag < 0 ? source.length : tag;
      if (end > this.#at) this.#text(source.slice(this.#at, end));
      this.#at = end;
      if (tag >= 0) this.#markup();
    }
    if (this.#open.length > 0) this.#fail('syntax', `The element ${this.#names.at(-1)} is not closed.`);
    if (this.#root === null) throw new XmlError('syntax', 'The document has no root element.');
    return this.#root;
  }

  #markup(): void {
    switch (this.#source[this.#at + 1]) {
      case '/':
        return this.#closingTag();
      case '?':
        return this.#instruction();
      case '!':
        return this.#declaration();
      default:
        return this.#openingTag();
    }
  }

  #openingTag(): void {
    const begin = this.#at;
    const start = this.#expect(TAG_START, 'A < begins no tag.');
    if (this.#root !== null) this.#fail('syntax', 'The document has more than one root element.');
    const limits = this.#limits;
    if (++this.#elements > limits.elements) this.#fail('limit', `More than ${limits.elements} elements.`);
    if (this.#open.length >= limits.depth) this.#fail('limit', `Elements are nested deeper than ${limits.depth}.`);
    const [raw, prefix = '', local = ''] = start;
    let scope = this.#scopes.at(-1) ?? null;
    const outer = scope;
    const found: RawAttribute[] = [];
    let declarations = 0;
    for (let attribute = this.#attribute(); attribute !== null; attribute = this.#attribute()) {
      if (found.length + declarations >= limits.attributes)
        this.#fail('limit', `More than ${limits.attributes} attributes on one element.`);
      const declared = declaredPrefix(attribute);
      if (declared === null) {
        found.push(attribute);
        continue;
      }
      if (scope === outer) scope = new NamespaceScope(outer);
      declarations++;
      if (scope?.declares(declared) === true) this.#fail('syntax', `The prefix ${declared} is declared twice.`);
      // White space around is no part of a URI.
      if (scope?.declare(declared, attribute.value.trim()) !== true)
        this.#fail('syntax', `The prefix ${declared} cannot be declared so.`);
    }
    const isEmpty = this.#ends('/>');
    if (!isEmpty && !this.#ends('>')) this.#fail('syntax', `The tag of ${local} is not correct.`);
    const element: OpenElement = {
      ns: this.#namespace(scope, prefix),
      local,
      prefix,
      attributes: found.length === 0 ? NO_ATTRIBUTES : this.#resolved(scope, found),
      children: [],
      text: '',
    };
    limits.places?.set(element, begin);
    this.#open.at(-1)?.children.push(element);
    if (isEmpty) {
      if (this.#open.length === 0) this.#root = element;
      return;
    }
    this.#open.push(element);
    this.#names.push(raw.slice(1));
    this.#scopes.push(scope);
  }

  #attribute(): RawAttribute | null {
    const start = this.#match(ATTRIBUTE_START);
    if (start === null) return null;
    const [, prefix = '', local = '', quote = '"'] = start;
    const end = this.#source.indexOf(quote, this.#at);
    const raw = end < 0 ? '<' : this.#source.slice(this.#at, end);
    if (raw.includes('<')) this.#fail('syntax', `The value of the attribute ${local} is not correct.`);
    const value = this.#expanded(raw.replace(/[\t\n]/g, ' '));
    this.#at = end + 1;
    return { prefix, local, value };
  }

  #resolved(scope: NamespaceScope | null, found: readonly RawAttribute[]): readonly XmlAttribute[] {
    const attributes: XmlAttribute[] = [];
    for (const { prefix, local, value } of found) {
      // The default namespace is not for attributes.
      const ns = prefix === '' ? '' : this.#namespace(scope, prefix);
      if (attributes.some((other) => other.local === local && other.ns === ns))
        this.#fail('syntax', `The attribute ${local} is given twice.`);
      attributes.push({ ns, local, value });
    }
    return attributes;
  }

  #namespace(scope: NamespaceScope | null, prefix: string): string {
    const ns = (scope ?? NO_SCOPE).find(prefix);
    return ns ?? this.#fail('syntax', `The prefix ${prefix} is not declared.`);
  }

  #closingTag(): void {
    const name = this.#names.pop();
    const closed = this.#open.pop();
    this.#scopes.pop();
    if (name === undefined || closed === undefined || !this.#source.startsWith(name, this.#at + 2))
      return this.#fail('syntax', 'A closing tag does not fit its opening tag.');
    this.#at += 2 + name.length;
    if (!this.#ends('>')) this.#fail('syntax', `The closing tag of ${name} is not correct.`);
    if (this.#open.length === 0) this.#root = closed;
  }

  #text(raw: string): void {
    const open = this.#open.at(-1);
    if (open === undefined) {
      if (!BLANK.test(raw)) this.#fail('syntax', 'There is text outside the root element.');
      return;
    }
    if (raw.includes(']]>')) this.#fail('syntax', 'Text cannot have ]]> in it.');
    const text = this.#expanded(raw);
    open.text = open.text === '' ? text : open.text + text;
  }

  #expanded(raw: string): string {
    return expandReferences(raw) ?? this.#fail('syntax', 'An entity or character reference is not one of XML.');
  }

  #instruction(): void {
    const [, target = ''] = this.#expect(INSTRUCTION, 'A processing instruction is not correct.');
    if (target.toLowerCase() === 'xml') this.#fail('syntax', 'The XML declaration stands only at the beginning.');
    this.#skipPast('?>', 'A processing instruction does not end.');
  }

  #declaration(): void {
    const source = this.#source;
    if (source.startsWith('<!--', this.#at)) {
      this.#at += 4;
      this.#skipPast('--', 'A comment does not end.');
      if (source[this.#at++] !== '>') this.#fail('syntax', 'A comment cannot have -- in it.');
    } else if (source.startsWith('<![CDATA[', this.#at)) {
      const open = this.#open.at(-1);
      const start = this.#at + 9;
      this.#skipPast(']]>', 'A CDATA section does not end.');
      if (open === undefined) return this.#fail('syntax', 'A CDATA section is outside the root element.');
      open.text += source.slice(start, this.#at - 3);
    } else if (source.startsWith('<!DOCTYPE', this.#at)) {
      this.#doctype();
    } else this.#fail('syntax', 'A declaration is not one of XML.');
  }

  #doctype(): void {
    if (this.#limits.doctype !== 'skip') this.#fail('doctype', 'A document type declaration is not accepted.');
    if (this.#doctypeSeen || this.#root !== null || this.#open.length > 0)
      this.#fail('syntax', 'A document type declaration stands once, before the root element.');
    this.#doctypeSeen = true;
    const ends = /[>[<"']/g;
    for (ends.lastIndex = this.#at + 2; ; ends.lastIndex = this.#at) {
      const mark = ends.exec(this.#source)?.[0];
      this.#at = ends.lastIndex;
      if (mark === '>') return;
      if (mark === '[') this.#fail('doctype', 'A document type declaration is not accepted.');
      if (mark === undefined || mark === '<') this.#fail('syntax', 'A document type declaration does not end.');
      else this.#skipPast(mark, 'A document type declaration does not end.');
    }
  }

  #skipPast(mark: string, otherwise: string): void {
    const found = this.#source.indexOf(mark, this.#at);
    if (found < 0) this.#fail('syntax', otherwise);
    this.#at = found + mark.length;
  }

  /** Past a tag's end, white space before it; false: it does not end here. */
  #ends(mark: '>' | '/>'): boolean {
    let at = this.#at;
    if (!this.#source.startsWith(mark, at)) {
      SPACES.lastIndex = at;
      SPACES.test(this.#source);
      at = SPACES.lastIndex;
      if (!this.#source.startsWith(mark, at)) return false;
    }
    this.#at = at + mark.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #expect(pattern: RegExp, otherwise: string): RegExpExecArray {
    return this.#match(pattern) ?? this.#fail('syntax', otherwise);
  }

  #fail(reason: XmlError['reason'], message: string): never {
    throw reason === 'syntax' ? syntaxError(this.#source, this.#at, message) : new XmlError(reason, message, this.#at);
  }
}

const NO_ATTRIBUTES: readonly XmlAttribute[] = Object.freeze([]);
const NO_SCOPE = new NamespaceScope(null);

/** Prefix that an `xmlns` attribute declares ('' for the default namespace); null for every other attribute. */
const declaredPrefix = ({ prefix, local }: RawAttribute): string | null =>
  prefix === 'xmlns' ? local : prefix === '' && local === 'xmlns' ? '' : null;
