import { escapeXml } from '../../xml/escape.ts';
import { CimInstance } from '../instance.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';
import type { CimProperty } from '../schema.ts';
import type { CimScalar, CimValue } from '../values.ts';

/**
 * The one text in which we print an embedded instance (spec embedded-instances §3): no declaration, no white space,
 * NAME before TYPE and nothing after it, every property in schema order, NULL as an empty element. Clients read it with
 * regular expressions and hand-written readers, so each of these is needed by one of them.
 */
export function printEmbedded(instance: CimInstance): string {
  const properties = instance.class.properties.map((p) => printProperty(p, instance.value(p.name)));
  return `<INSTANCE CLASSNAME="${escapeXml(instance.class.name)}">${properties.join('')}</INSTANCE>`;
}

function printProperty(property: CimProperty, value: CimValue): string {
  const name = escapeXml(property.name);
  if (property.type === 'reference' && !property.array) {
    return `<PROPERTY.REFERENCE NAME="${name}">${value === null ? '' : printItem(value as CimScalar)}</PROPERTY.REFERENCE>`;
  }
  const objects = property.type === 'object';
  const element = objects
    ? property.array
      ? 'PROPERTY.OBJECTARRAY'
      : 'PROPERTY.OBJECT'
    : property.array
      ? 'PROPERTY.ARRAY'
      : 'PROPERTY';
  const type = objects ? '' : ` TYPE="${property.type}"`;
  return `<${element} NAME="${name}"${type}>${printValue(property, value)}</${element}>`;
}

function printValue(property: CimProperty, value: CimValue): string {
  if (value === null) return '';
  if (!Array.isArray(value)) return printItem(value as CimScalar);
  const items = (value as readonly (CimScalar | null)[]).map((item) =>
    item === null ? '<VALUE.NULL/>' : printItem(item),
  );
  const element =
    property.type === 'object' ? 'VALUE.OBJECTARRAY' : property.type === 'reference' ? 'VALUE.REFARRAY' : 'VALUE.ARRAY';
  return `<${element}>${items.join('')}</${element}>`;
}

function printItem(value: CimScalar): string {
  if (value instanceof CimInstance) return `<VALUE.OBJECT>${printEmbedded(value)}</VALUE.OBJECT>`;
  if (value instanceof ObjectPath) return printReference(value);
  return `<VALUE>${printScalar(value)}</VALUE>`;
}

const printScalar = (value: string | number | bigint | boolean): string =>
  typeof value === 'string'
    ? escapeXml(value)
    : typeof value === 'boolean'
      ? value
        ? 'TRUE'
        : 'FALSE'
      : String(value);

/** INSTANCEPATH needs a host, LOCALINSTANCEPATH a namespace; what is not known is left out (DSP0201). */
function printReference(path: ObjectPath): string {
  const name = printName(path);
  const kind = path.keys === null ? 'CLASSPATH' : 'INSTANCEPATH';
  if (path.namespace === null) return `<VALUE.REFERENCE>${name}</VALUE.REFERENCE>`;
  const segments = path.namespace.split('\\').map((s) => `<NAMESPACE NAME="${escapeXml(s)}"/>`);
  const local = `<LOCALNAMESPACEPATH>${segments.join('')}</LOCALNAMESPACEPATH>`;
  if (path.host === null) return `<VALUE.REFERENCE><LOCAL${kind}>${local}${name}</LOCAL${kind}></VALUE.REFERENCE>`;
  const place = `<NAMESPACEPATH><HOST>${escapeXml(path.host)}</HOST>${local}</NAMESPACEPATH>`;
  return `<VALUE.REFERENCE><${kind}>${place}${name}</${kind}></VALUE.REFERENCE>`;
}

function printName(path: ObjectPath): string {
  const className = escapeXml(path.className);
  if (path.keys === null) return `<CLASSNAME NAME="${className}"/>`;
  const bindings = [...path.keys].map(([key, value]) =>
    key === '' ? printKey(value) : `<KEYBINDING NAME="${escapeXml(key)}">${printKey(value)}</KEYBINDING>`,
  );
  return `<INSTANCENAME CLASSNAME="${className}">${bindings.join('')}</INSTANCENAME>`;
}

function printKey(value: KeyValue): string {
  if (value instanceof ObjectPath) return printReference(value);
  const type = typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'numeric';
  return `<KEYVALUE VALUETYPE="${type}">${printScalar(value)}</KEYVALUE>`;
}
