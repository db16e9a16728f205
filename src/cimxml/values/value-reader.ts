import { coerceText } from '../../cim/coerce/coerce-value.ts';
import { EmbeddedError } from '../../cim/embedded/raw-instance.ts';
import { parseEmbedded } from '../../cim/embedded/parse-embedded.ts';
import { readPath } from '../../cim/embedded/read-cim-xml-path.ts';
import { CimError } from '../../cim/errors.ts';
import { CimInstance } from '../../cim/instance.ts';
import type { SchemaNamespace } from '../../cim/schema.ts';
import type { CimType } from '../../cim/types.ts';
import type { CimScalar, CimValue } from '../../cim/values.ts';
import type { XmlElement } from '../../xml/element.ts';

/** A property or parameter that a value is read for. */
export interface ValueType {
  readonly name: string;
  readonly type: CimType;
  readonly array: boolean;
}

const ARRAYS: ReadonlySet<string> = new Set(['VALUE.ARRAY', 'VALUE.REFARRAY']);

/**
 * The value in a PARAMVALUE, or in anything else that holds value elements; none is NULL. The schema gives the type:
 * clients leave PARAMTYPE out or get it wrong (wire-cimxml §5).
 * @throws CimError typeMismatch, its subject the name
 */
export function readValue(type: ValueType, holder: XmlElement, schema: SchemaNamespace): CimValue {
  const [element] = holder.children;
  if (element === undefined) return null;
  if (holder.children.length > 1) throw mismatch(type, 'more than one value');
  if (!ARRAYS.has(element.local)) {
    const value = readItem(type, element, schema);
    // A lone value for an array is an array of one, as everywhere (cim/coerce).
    return type.array && value !== null ? [value] : value;
  }
  if (!type.array) throw mismatch(type, 'an array');
  return element.children.map((item) => readItem(type, item, schema));
}

const mismatch = (type: ValueType, given: string): CimError =>
  new CimError('typeMismatch', `${type.name} is ${type.array ? 'an array of ' : 'a '}${type.type}, not ${given}.`, {
    subject: type.name,
  });

function readItem(type: ValueType, element: XmlElement, schema: SchemaNamespace): CimScalar | null {
  switch (element.local) {
    case 'VALUE.NULL':
      return null;
    case 'VALUE':
      return readText(type, element, schema);
    case 'VALUE.REFERENCE': {
      const path = element.children.length === 1 ? readPath(element.children[0]) : null;
      if (path === null || type.type !== 'reference') throw mismatch(type, 'a reference to that');
      return path;
    }
    default:
      throw mismatch(type, element.local.slice(0, 60));
  }
}

function readText(type: ValueType, element: XmlElement, schema: SchemaNamespace): CimScalar {
  if (element.children.length > 0) throw mismatch(type, 'XML that is not escaped');
  if (type.type === 'object') return embeddedObject(type, element.text, schema);
  return coerceText(type.type, fromBinary(type.type, element.text), type.name);
}

/** `101b` (DSP0201 §5.2.3.1), which no other protocol has. */
function fromBinary(type: CimType, text: string): string {
  const digits = /^[su]int\d+$/.test(type) ? /^\s*([+-]?)([01]{1,64})[bB]\s*$/.exec(text) : null;
  return digits === null ? text : `${digits[1]}${BigInt(`0b${digits[2]}`)}`;
}

function embeddedObject(type: ValueType, text: string, schema: SchemaNamespace): CimInstance {
  try {
    const { class: cimClass, values } = parseEmbedded(text, schema);
    return new CimInstance(cimClass, values);
  } catch (error) {
    if (error instanceof EmbeddedError)
      throw new CimError('typeMismatch', `${type.name}: ${error.message}`, { subject: type.name, cause: error });
    throw error;
  }
}
