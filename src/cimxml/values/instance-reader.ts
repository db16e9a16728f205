import { CimError } from '../../cim/errors.ts';
import { CimInstance } from '../../cim/instance.ts';
import type { SchemaNamespace } from '../../cim/schema.ts';
import type { CimValues } from '../../cim/values.ts';
import { attribute, type XmlElement } from '../../xml/element.ts';
import { readValue } from './value-reader.ts';

const PROPERTIES: ReadonlySet<string> = new Set(['PROPERTY', 'PROPERTY.ARRAY', 'PROPERTY.REFERENCE']);

/**
 * INSTANCE to values typed by the schema; a property without a value is NULL, one that is missing is missing.
 * @throws CimError invalidClass, noSuchProperty, typeMismatch, invalidParameter
 */
export function readInstance(element: XmlElement, schema: SchemaNamespace): CimInstance {
  const className = attribute(element, 'CLASSNAME') ?? '';
  const cimClass = schema.class(className);
  if (cimClass === undefined)
    throw new CimError('invalidClass', `Namespace ${schema.name} has no class ${className.slice(0, 200)}.`, {
      subject: className,
    });
  const values: CimValues = {};
  for (const child of element.children) {
    if (child.local === 'QUALIFIER') continue;
    const name = attribute(child, 'NAME') ?? '';
    if (!PROPERTIES.has(child.local) || name === '')
      throw new CimError(
        'invalidParameter',
        `INSTANCE holds ${child.local.slice(0, 60)} where a property is expected.`,
      );
    const property = cimClass.property(name);
    if (property === undefined)
      throw new CimError('noSuchProperty', `${cimClass.name} has no property ${name.slice(0, 200)}.`, {
        subject: name,
      });
    if (Object.hasOwn(values, property.name))
      throw new CimError('invalidParameter', `${property.name} is given twice.`, { subject: property.name });
    const holder = { ...child, children: child.children.filter((c) => c.local !== 'QUALIFIER') };
    values[property.name] = readValue(property, holder, schema);
  }
  return new CimInstance(cimClass, values);
}
