import type { XmlElement } from '../../xml/element.ts';
import { parseXml, XmlError } from '../../xml/parse.ts';
import { coerceScalar } from '../coerce/coerce-value.ts';
import { CimError } from '../errors.ts';
import { CimInstance } from '../instance.ts';
import { fold } from '../names.ts';
import { ObjectPath } from '../object-path.ts';
import { formatRelativePath } from '../path/format-path.ts';
import type { CimClass, CimProperty, SchemaNamespace } from '../schema.ts';
import type { CimScalar, CimValue, CimValues } from '../values.ts';
import { printEmbedded } from './print-embedded.ts';
import { EmbeddedError, type RawInstance, type RawItem, RawObject, type RawValue } from './raw-instance.ts';
import { isCimXml, readCimXml } from './read-cim-xml.ts';
import { readMof } from './read-mof.ts';
import { readWsmanXml } from './read-wsman-xml.ts';

/** An instance that a client sent as text. `given`, `nulls` and `emptyArrays` are disjoint, in repository spelling. */
export interface EmbeddedInstance {
  readonly class: CimClass;
  /** Repository spelling. */
  readonly className: string;
  /** Typed values of the properties in `given`, and [] for those in `emptyArrays`. */
  readonly values: CimValues;
  readonly given: ReadonlySet<string>;
  /** Present without a value: whole objects sent back carry them for everything never set. */
  readonly nulls: ReadonlySet<string>;
  /** `VALUE.ARRAY` without items: clears HostResource and its like (spec embedded-instances §4). */
  readonly emptyArrays: ReadonlySet<string>;
  /** Properties marked PROPAGATED="true". */
  readonly propagated: ReadonlySet<string>;
  /** `__PATH` of form 2, or the path in a wrapper; null when there is none. */
  readonly path: string | null;
  /** Value of the property InstanceID. */
  readonly instanceId: string | null;
}

/** Characters (spec embedded-instances §2). */
export const MAX_EMBEDDED_LENGTH = 16 << 20;

/**
 * Read an embedded instance in any of the forms that clients send (spec embedded-instances §1): CIM-XML of both
 * dialects, wrapped or bare, hand-made, WS-Management's object form, MOF. The schema gives the types; properties it
 * does not know are passed over, as clients of newer Windows send newer ones.
 * @throws EmbeddedError
 */
export function parseEmbedded(text: string, schema: SchemaNamespace): EmbeddedInstance {
  return typeInstance(readRaw(text), schema);
}

/** The same for an element that a front end has parsed already: real child XML where text is expected. @throws EmbeddedError */
export const embeddedFromXml = (root: XmlElement, schema: SchemaNamespace): EmbeddedInstance =>
  typeInstance(isCimXml(root) ? readCimXml(root) : readWsmanXml(root), schema);

function readRaw(text: string): RawInstance {
  if (text.length > MAX_EMBEDDED_LENGTH) {
    throw new EmbeddedError('unparsable', `The instance is longer than ${MAX_EMBEDDED_LENGTH} characters.`);
  }
  const trimmed = withoutEnds(text);
  if (trimmed.startsWith('<')) {
    const root = readXml(trimmed);
    return isCimXml(root) ? readCimXml(root) : readWsmanXml(root);
  }
  if (trimmed === '') throw new EmbeddedError('unparsable', 'The instance is empty.');
  return readMof(trimmed);
}

/**
 * Clients of COM send the terminating NUL, files start with a byte order mark. Not by a pattern that ends in `+$`: that looks
 * at every run of blanks inside the text once for each of its characters.
 */
function withoutEnds(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '\0' || text[end - 1]?.trim() === '')) end--;
  // trimStart takes the byte order mark for a blank.
  return text.slice(0, end).trimStart();
}

function readXml(text: string): XmlElement {
  try {
    return parseXml(text, { doctype: 'skip' });
  } catch (error) {
    if (error instanceof XmlError)
      throw new EmbeddedError('unparsable', `The instance is not XML: ${error.message}`, null, error);
    throw error;
  }
}

function typeInstance(raw: RawInstance, schema: SchemaNamespace): EmbeddedInstance {
  const cimClass = schema.class(raw.className);
  if (cimClass === undefined) {
    throw new EmbeddedError('unknownClass', `Namespace ${schema.name} has no class ${raw.className}.`, raw.className);
  }
  const values: CimValues = {};
  const sets = { given: new Set<string>(), nulls: new Set<string>(), emptyArrays: new Set<string>() };
  const propagated = new Set<string>();
  let path = raw.path === null ? null : formatRelativePath(raw.path, { host: '.', namespace: schema.name });
  for (const { name, value, propagated: isPropagated } of raw.properties) {
    const property = cimClass.property(name);
    if (property === undefined) {
      if (fold(name) === '__path' && typeof value === 'string' && value !== '') path = value;
      continue;
    }
    for (const set of [...Object.values(sets), propagated]) set.delete(property.name);
    delete values[property.name];
    if (isPropagated) propagated.add(property.name);
    const typed = typeValue(property, value, schema);
    if (typed !== null) values[property.name] = typed;
    sets[typed === null ? 'nulls' : Array.isArray(typed) && typed.length === 0 ? 'emptyArrays' : 'given'].add(
      property.name,
    );
  }
  const id = values[cimClass.property('InstanceID')?.name ?? ''];
  return {
    class: cimClass,
    className: cimClass.name,
    values,
    ...sets,
    propagated,
    path,
    instanceId: typeof id === 'string' ? id : null,
  };
}

/** A lone value for an array is an array of one; an array for a scalar may have one item at most. */
function typeValue(property: CimProperty, value: RawValue, schema: SchemaNamespace): CimValue {
  if (value === null) return null;
  if (property.array) {
    const items = Array.isArray(value) ? (value as readonly RawItem[]) : [value as RawItem];
    return items.map((item) => typeItem(property, item, schema));
  }
  if (!Array.isArray(value)) return typeItem(property, value as RawItem, schema);
  const items = value as readonly RawItem[];
  if (items.length > 1)
    throw new EmbeddedError('wrongType', `${property.name} takes one value, not a list.`, property.name);
  return typeItem(property, items[0] ?? null, schema);
}

function typeItem(property: CimProperty, item: RawItem, schema: SchemaNamespace): CimScalar | null {
  if (item === null) return null;
  if (item instanceof RawObject) return typeObject(property, item, schema);
  // `<VALUE/>` is an empty string for strings and nothing for everything else.
  if (item === '' && property.type !== 'string') return null;
  // A reference as text is checked as a path; a string that gets a path keeps its text.
  const scalar: CimScalar =
    item instanceof ObjectPath && property.type === 'string'
      ? formatRelativePath(item, { host: '.', namespace: schema.name })
      : item;
  if (scalar instanceof ObjectPath && property.type === 'reference') return keepKeys(scalar, schema);
  try {
    return coerceScalar(property.type, scalar, property.name);
  } catch (error) {
    if (error instanceof CimError) throw new EmbeddedError('wrongType', error.message, property.name, error);
    throw error;
  }
}

/** Of an aliased MOF instance only the key properties belong to its path. */
function keepKeys(path: ObjectPath, schema: SchemaNamespace): ObjectPath {
  const cimClass = schema.class(path.className);
  if (cimClass === undefined || path.keys === null) return path;
  const keys = new Map([...path.keys].filter(([name]) => name === '' || cimClass.property(name)?.key === true));
  return new ObjectPath(path.host, path.namespace, path.className, keys, path.singleton);
}

/** An object where the schema has one; its text where the schema has a string that carries instances. */
function typeObject(property: CimProperty, item: RawObject, schema: SchemaNamespace): CimScalar {
  const { class: cimClass, values } = typeInstance(item.instance, schema);
  const instance = new CimInstance(cimClass, values);
  if (property.type === 'object') return instance;
  if (property.type === 'string') return printEmbedded(instance);
  throw new EmbeddedError('wrongType', `${property.name} is a ${property.type}, not an object.`, property.name);
}
