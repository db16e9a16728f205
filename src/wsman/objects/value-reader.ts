import { coerceText } from '../../cim/coerce/coerce-value.ts';
import { CimError } from '../../cim/errors.ts';
import { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { tryParsePath } from '../../cim/path/parse-path.ts';
import type { CimClass, ClassRepository, SchemaNamespace } from '../../cim/schema.ts';
import type { CimType } from '../../cim/types.ts';
import type { CimScalar, CimValue, CimValues } from '../../cim/values.ts';
import { attribute, type XmlElement } from '../../xml/element.ts';
import { holdsEndpointReference, readEndpointReference } from '../envelope/endpoint-reference.ts';
import { NS } from '../envelope/namespaces.ts';
import { WsmanFault } from '../faults/fault.ts';
import { referencePath } from './target.ts';
import { elementText } from './xml-text.ts';

/** Property or parameter that the elements are read for. */
export interface ValueType {
  readonly name: string;
  readonly type: CimType;
  readonly array: boolean;
  readonly embedded: string | null;
}

const TRUE = /^\s*(?:true|1)\s*$/i;

export const isNil = (element: XmlElement): boolean => TRUE.test(attribute(element, 'nil', NS.xsi) ?? '');

const isNullArray = (element: XmlElement): boolean => TRUE.test(attribute(element, 'IsNullArray', NS.microsoft) ?? '');

/** Reads XML of requests into values typed by the schema (spec wire-wsman §6, §7; hostile input). */
export class ValueReader {
  readonly #repository: ClassRepository;
  readonly #schema: SchemaNamespace;
  constructor(repository: ClassRepository, schema: SchemaNamespace) {
    this.#repository = repository;
    this.#schema = schema;
  }

  /**
   * All elements of one property or parameter to its value.
   * @throws WsmanFault parameterType, invalidParameter
   */
  value(type: ValueType, elements: readonly XmlElement[]): CimValue {
    const [first] = elements;
    if (first === undefined) return null;
    if (!type.array) {
      if (elements.length > 1)
        throw new WsmanFault('parameterType', `${type.name} takes one value, not ${elements.length}.`);
      return isNil(first) ? null : this.#scalar(type, first);
    }
    if (elements.length === 1 && (isNil(first) || isNullArray(first))) return null;
    if (type.type === 'uint8' && elements.length === 1 && !/^\s*[+-]?(?:0x)?[0-9a-f]{1,3}\s*$/i.test(first.text)) {
      return octets(type, first.text);
    }
    return elements.map((element) => (isNil(element) ? null : this.#scalar(type, element)));
  }

  /** Values of the child elements that are properties of the class; unknown names as the caller wants. */
  properties(cimClass: CimClass, holder: XmlElement, unknown: (name: string) => void): CimValues {
    const groups = groupByName(holder.children.filter((c) => !isLocation(c)));
    const values: CimValues = {};
    for (const [name, elements] of groups) {
      const property = cimClass.property(name);
      if (property === undefined) {
        if (!elements.every(isNil)) unknown(name);
      } else values[property.name] = this.value(property, elements);
    }
    return values;
  }

  #scalar(type: ValueType, element: XmlElement): CimScalar {
    switch (type.type) {
      case 'reference':
        return this.#reference(type, element);
      case 'object':
        return this.#object(type, element);
      case 'string':
        // An embedded instance that came as real XML becomes its text: the schema says string (spec §7).
        return element.children.length > 0 ? elementText(element.children[0]!) : element.text;
      case 'datetime':
        return coerce(type, element.children.length > 0 ? element.children[0]!.text : element.text);
      default:
        if (element.children.length > 0) throw new WsmanFault('parameterType', `${type.name} takes a plain value.`);
        return coerce(type, element.text);
    }
  }

  #reference(type: ValueType, element: XmlElement): ObjectPath {
    if (holdsEndpointReference(element)) return referencePath(this.#repository, readEndpointReference(element));
    const path = element.children.length === 0 ? tryParsePath(element.text) : undefined;
    if (path === undefined) {
      throw new WsmanFault('parameterType', `${type.name} must be an endpoint reference or an object path.`);
    }
    return path;
  }

  /** An embedded object: the property's own element in the type's namespace, or a child that is the object. */
  #object(type: ValueType, element: XmlElement): CimInstance {
    const inner = element.children.length === 1 ? element.children[0]! : undefined;
    const wrapped = inner === undefined ? undefined : this.#schema.class(inner.local);
    const named = wrapped ?? this.#schema.class(typeName(element) ?? type.embedded ?? '');
    if (named === undefined)
      throw new WsmanFault('parameterType', `${type.name}: the class of the embedded object is not known.`);
    const values = this.properties(named, wrapped === undefined ? element : inner!, (name) => {
      throw new WsmanFault('parameterType', `${type.name}: ${named.name} has no property ${name.slice(0, 100)}.`);
    });
    return new CimInstance(named, values);
  }
}

/** `p1:Msvm_X_Type` -> `Msvm_X`. */
function typeName(element: XmlElement): string | undefined {
  const type = attribute(element, 'type', NS.xsi);
  return type === undefined ? undefined : type.slice(type.indexOf(':') + 1).replace(/_Type$/, '');
}

const isLocation = (element: XmlElement): boolean => element.local === 'Location' && element.ns === NS.common;

/** Elements by local name in any case, in document order: arrays are repeated elements. */
export function groupByName(elements: readonly XmlElement[]): Map<string, XmlElement[]> {
  const groups = new Map<string, XmlElement[]>();
  for (const element of elements) {
    const key = element.local.toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [element]);
    else group.push(element);
  }
  return groups;
}

/** K5: a uint8 array may come as one base64 text. */
function octets(type: ValueType, text: string): readonly number[] {
  const packed = text.replace(/\s+/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new WsmanFault('parameterType', `${type.name} takes bytes as numbers or as base64 text.`);
  }
  return [...Buffer.from(packed, 'base64')];
}

function coerce(type: ValueType, text: string): CimScalar {
  try {
    return coerceText(type.type, text, type.name);
  } catch (error) {
    if (error instanceof CimError) throw new WsmanFault('parameterType', error.message, { cause: error });
    throw error;
  }
}
