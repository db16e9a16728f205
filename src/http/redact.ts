import { expandReferences } from '../xml/characters.ts';
import { escapeXml } from '../xml/escape.ts';

/*
 * Clients write the messages, so all that repeats before something that must follow is bounded: no text takes more than a few
 * looks at each of its characters.
 */

/**
 * What such things are called in the schema, and by whoever makes names of their own; and what is typed into a guest
 * (TypeText), mostly at its log-in.
 */
const SECRET = String.raw`(?:password|passphrase|secret|credential|authorizationtoken|asciitext)`;

/** `<p:AdminPassword>...` of SOAP, and of instances written as XML. */
const ELEMENTS = new RegExp(
  String.raw`(<(?:[\w.-]{1,60}:)?\w{0,60}${SECRET}\w{0,60}(?:\s[^<>]*)?>)(?:<!\[CDATA\[[\s\S]*?\]\]>|[^<]+)+`,
  'gi',
);

/** In CIM-XML the name is an attribute, the value an element of its own. */
const VALUES = new RegExp(
  String.raw`(<(?:I?PARAMVALUE|PROPERTY(?:\.ARRAY)?)\s[^<>]{0,500}?\bNAME\s{0,9}=\s{0,9}["'][^"'<>]{0,60}${SECRET}[^"'<>]{0,60}["'][^<>]{0,500}>\s*<VALUE(\.ARRAY)?>)(?:<!\[CDATA\[[\s\S]*?\]\]>|[\s\S]*?)(?=<\/VALUE\2>|$)`,
  'gi',
);

/** A selector, or whatever else has its name as an attribute and its value as text. */
const NAMED = new RegExp(
  String.raw`(<[\w:.-]{1,90}\s[^<>]{0,500}?\bNAME\s{0,9}=\s{0,9}["'][^"'<>]{0,60}${SECRET}[^"'<>]{0,60}["'][^<>]{0,500}>)(?=\s*[^<\s])[^<]+`,
  'gi',
);

/**
 * `Password = "...";` of MOF, with each quote behind as many backslashes as texts lie around it; the same in a query. A text
 * may come in pieces, and a list in braces.
 */
const ASSIGNMENTS = new RegExp(
  String.raw`(\b\w{0,60}${SECRET}\w{0,60}\s{0,99}=\s*)(?:\{[^}]*\}?|(\\*)(["'])[\s\S]*?(?:(?<!\\)\2\3|$)(?:\s*\2\3[\s\S]*?(?:(?<!\\)\2\3|$))*|(?!&)[^\s;<>{"'\\]+)`,
  'gi',
);

/** Texts inside texts: a parameter, the instance in it, an instance in that. */
const DEEPEST = 6;

/** Passwords and the like go, in embedded instances too, whatever language they are written in; all else stays as it is. */
export const redact = (message: string): string => redactAt(message, 0);

const redactAt = (text: string, depth: number): string => {
  const here = text
    .replace(ELEMENTS, '$1***')
    .replace(VALUES, '$1***')
    .replace(NAMED, '$1***')
    .replace(ASSIGNMENTS, '$1"***"');
  return depth === DEEPEST ? here : here.replace(/(?<=>|^)[^<]*&[^<]*/g, (run) => redactInside(run, depth));
};

/** A piece of text that may be a text of its own, written with references. One that cannot be read is told by nobody. */
const redactInside = (run: string, depth: number): string => {
  const plain = expandReferences(run);
  if (plain === null) return new RegExp(SECRET, 'i').test(run) ? '***' : run;
  const redacted = redactAt(plain, depth + 1);
  return redacted === plain ? run : escapeXml(redacted);
};
