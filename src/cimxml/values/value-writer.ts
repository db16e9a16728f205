import { realText } from '../../cim/coerce/number.ts';
import { CimInstance } from '../../cim/instance.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import type { CimType } from '../../cim/types.ts';
import type { CimScalar, CimValue } from '../../cim/values.ts';
import { escapeXml } from '../../xml/escape.ts';
import type { PathWriter } from './path-writer.ts';

/** Writes an embedded instance as the text of its INSTANCE element. */
export type WriteInstance = (instance: CimInstance) => string;

/** TYPE or PARAMTYPE: an embedded object is a string with a mark (wire-cimxml §3). */
export const wireType = (type: CimType): string => (type === 'object' ? 'string' : type);

/** Of what kind the objects in strings are; '' for plain values. */
export const embeddedMark = (type: CimType, embedded: string | null): string => {
  if (type === 'object') return ' EmbeddedObject="object"';
  return embedded === null ? '' : ' EmbeddedObject="instance"';
};

export interface ValueContext {
  readonly paths: PathWriter;
  readonly instance: WriteInstance;
  /** For references that carry no namespace. */
  readonly namespace: string;
}

/** VALUE or VALUE.REFERENCE of one value. */
export function scalarElement(value: CimScalar, context: ValueContext): string {
  if (value instanceof ObjectPath) return context.paths.reference(value, context.namespace);
  if (value instanceof CimInstance) return `<VALUE>${escapeXml(context.instance(value))}</VALUE>`;
  if (typeof value === 'string') return `<VALUE>${escapeXml(value)}</VALUE>`;
  if (typeof value === 'boolean') return value ? '<VALUE>TRUE</VALUE>' : '<VALUE>FALSE</VALUE>';
  return `<VALUE>${typeof value === 'number' ? realText(value) : value}</VALUE>`;
}

/** The value element of a property, parameter or qualifier; '' for NULL. */
export function valueElement(type: CimType, value: CimValue | undefined, context: ValueContext): string {
  if (value === null || value === undefined) return '';
  if (!Array.isArray(value)) return scalarElement(value as CimScalar, context);
  const name = type === 'reference' ? 'VALUE.REFARRAY' : 'VALUE.ARRAY';
  const items = value as readonly (CimScalar | null)[];
  return `<${name}>${piecesOf(items, context).join('')}</${name}>`;
}

/** Items whose text is put together at a time: a picture has millions, and a text that grows by each of them many times its size. */
const PIECE = 4096;

const piecesOf = (items: readonly (CimScalar | null)[], context: ValueContext): string[] => {
  const pieces: string[] = [];
  for (let from = 0; from < items.length; from += PIECE)
    pieces.push(
      items
        .slice(from, from + PIECE)
        .map((item) => (item === null ? '<VALUE.NULL/>' : scalarElement(item, context)))
        .join(''),
    );
  return pieces;
};
