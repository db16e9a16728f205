import { Document, visit } from 'yaml';

/** What YAML leaves as it is but a terminal obeys (output.ts); such a text is written between double quotes with escapes. */
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const OBEYED_ALL = new RegExp(OBEYED.source, 'g');

/** YAML for people and programs, without the line break at its end. */
export const yamlText = (value: unknown): string => {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && OBEYED.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document
    .toString({ lineWidth: 0 })
    .replace(OBEYED_ALL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .trimEnd();
};
