import type { Argument, ArgumentScalar } from '../envelope.ts';
import { isList } from '../envelope.ts';
import type { Reference, WireObject, WireScalar, WireValue } from '../object.ts';
import { pathText } from '../texts.ts';
import { classOf, resourceUri } from '../uris.ts';
import type * as Rest from './generated/operations.ts';

/** Values of `typed` answers (docs/rest.md, CIM) as WS-Management has them: text, NULL, references, objects. */

type Types = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, unknown>>;

interface ReferenceView {
  readonly namespace: string;
  readonly className: string;
  readonly keys: Values;
}

export const objectOf = ({ className, properties, types = {} }: Rest.CimObject): WireObject => ({
  className,
  properties: valuesOf(properties, types),
});

/** The path of an object, of a class that has keys. */
export const referenceTo = ({ className, keys }: Rest.CimObject, namespace: string): Reference | null =>
  keys === null || keys === undefined ? null : referenceOf({ namespace, className, keys });

/** By name in any case, as WinRM orders them; arrays that hold nothing are left out. */
export const valuesOf = (values: Values, types: Types): WireObject['properties'] =>
  Object.fromEntries(
    Object.entries(values)
      .map(([name, value]): [string, WireValue | undefined] => [name, valueOf(value, types[name] ?? '')])
      .filter((entry): entry is [string, WireValue] => entry[1] !== undefined)
      .toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
  );

/** An array of one is that one, for nothing on the wire tells them apart; undefined: one of none. */
const valueOf = (value: unknown, type: string): WireValue | undefined => {
  // Bytes, which WS-Management packs too where they are many.
  if (type === 'uint8[]' && typeof value === 'string') return value;
  if (!Array.isArray(value) && !type.endsWith('[]')) return scalarOf(value, type);
  const items = Array.isArray(value) ? value.filter((item) => item !== null) : [];
  const told = items.map((item) => scalarOf(item, type.replace(/\[\]$/, '')));
  return told.length > 1 ? told : told[0];
};

const scalarOf = (value: unknown, type: string): WireScalar => {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  return type === 'reference' ? referenceOf(value as ReferenceView) : objectOf(value as Rest.CimObject);
};

const referenceOf = ({ namespace, className, keys }: ReferenceView): Reference => ({
  resourceUri: resourceUri(namespace, className),
  selectors: Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, String(value)])),
});

type Sent = string | number | boolean | null;

/** References go as the text of their path. */
export const sentOf = (value: Argument): Sent | readonly Sent[] =>
  isList(value) ? value.map(sentScalar) : sentScalar(value);

const sentScalar = (value: ArgumentScalar): Sent => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  const { namespace, className } = classOf(value.resourceUri);
  return pathText(namespace, className, value.selectors);
};
