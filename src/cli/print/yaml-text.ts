import { Document, visit } from 'yaml';
import { escaped, TURNING } from '../../core/terminal-text.ts';

/** What YAML leaves as it is but a terminal obeys (core/terminal-text); such a text is written between double quotes with escapes. */
const OBEYED = new RegExp(String.raw`[\u0000-\u0009\u000b-\u001f\u007f-\u009f${TURNING}]`);
const OBEYED_ALL = new RegExp(OBEYED.source, 'g');

/** YAML for people and programs, without the line break at its end. */
export const yamlText = (value: unknown): string => {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && OBEYED.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 }).replace(OBEYED_ALL, escaped).trimEnd();
};
