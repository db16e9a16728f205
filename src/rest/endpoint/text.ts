import { Problem } from '../problems/problem.ts';

/** What XML 1.0 has no place for (§2.2), not even as references. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** An escape that may be what `checkTexts` looks for, or the thing itself. */
const SUSPECT = /\\(?:[bf]|u(?:00[01]|[dD][89a-fA-F]|[fF]{3}[e-fE-F]))|[\uFFFE\uFFFF]/;

/** Is there a reason to look at each text of this JSON? */
export const mayHoldUnspeakable = (json: string): boolean => SUSPECT.test(json);

/** What is wrong with a text; undefined: nothing. */
const faultOf = (text: string): string | undefined => {
  const at = text.search(FORBIDDEN);
  if (at >= 0) {
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
    return `holds the character U+${code}, which XML 1.0 cannot carry. Remove it`;
  }
  // RFC 7493 §2.1: what is made of it would have another name than was asked for.
  return text.isWellFormed() ? undefined : 'holds half of a surrogate pair. Remove it';
};

/**
 * What a body says becomes CIM, which is told in XML: a text that XML cannot carry would come back as another one.
 * @throws Problem that names the member and the character
 */
export const checkTexts = (value: unknown, path: readonly string[] = []): void => {
  if (typeof value === 'string') refuse(faultOf(value), path);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      refuse(faultOf(name), path);
      checkTexts(inner, [...path, name]);
    }
};

const refuse = (message: string | undefined, path: readonly string[]): void => {
  if (message === undefined) return;
  const named = ['The body', ...(path.length > 0 ? [path.join('.')] : [])].join(': ');
  throw new Problem('invalid-request', `${named}: ${message}.`, { errors: [{ path: path.join('.'), message }] });
};
