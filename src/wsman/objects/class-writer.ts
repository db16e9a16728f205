import type { CimClass, CimMethod, CimParameter, CimProperty } from '../../cim/schema.ts';
import type { CimType } from '../../cim/types.ts';
import type { CimValue } from '../../cim/values.ts';
import { escapeXml } from '../../xml/escape.ts';

/** What of a class is asked for (spec §10; CIM operations of DSP0200). */
export interface ClassDetail {
  readonly inherited: boolean;
  readonly qualifiers: boolean;
  readonly origin: boolean;
  readonly hierarchy: boolean;
}

const typeName = (type: CimType, embedded: string | null): string =>
  type === 'object' || embedded !== null ? 'string' : type;

const qualifier = (name: string, type: string, content: string): string =>
  `<QUALIFIER NAME="${name}" TYPE="${type}">${content}</QUALIFIER>`;
const flag = (name: string): string => qualifier(name, 'boolean', '<VALUE>true</VALUE>');
const text = (name: string, value: string): string => qualifier(name, 'string', `<VALUE>${escapeXml(value)}</VALUE>`);
const list = (name: string, values: readonly string[]): string =>
  qualifier(
    name,
    'string',
    `<VALUE.ARRAY>${values.map((v) => `<VALUE>${escapeXml(v)}</VALUE>`).join('')}</VALUE.ARRAY>`,
  );

const valueMap = (values: Readonly<Record<string, string>> | null): string =>
  values === null ? '' : list('ValueMap', Object.keys(values)) + list('Values', Object.values(values));

const embeddedQualifier = (type: CimType, embedded: string | null): string =>
  embedded !== null ? text('EmbeddedInstance', embedded) : type === 'object' ? flag('EmbeddedObject') : '';

const defaultValue = (value: CimValue): string => {
  if (value === null || typeof value === 'object') return '';
  return `<VALUE>${escapeXml(typeof value === 'boolean' ? String(value).toUpperCase() : String(value))}</VALUE>`;
};

function propertyElement(cimClass: CimClass, property: CimProperty, detail: ClassDetail): string {
  const propagated = property.origin.toLowerCase() !== cimClass.name.toLowerCase();
  const origin = detail.origin ? ` CLASSORIGIN="${property.origin}"` : '';
  const attributes = `NAME="${property.name}"${origin}${propagated ? ' PROPAGATED="true"' : ''}`;
  const qualifiers = detail.qualifiers
    ? (property.key ? flag('key') : '') +
      flag('read') +
      (property.write ? flag('write') : '') +
      (property.units === null ? '' : text('Units', property.units)) +
      (property.maxLen === null ? '' : qualifier('MaxLen', 'uint32', `<VALUE>${property.maxLen}</VALUE>`)) +
      embeddedQualifier(property.type, property.embedded) +
      valueMap(property.values)
    : '';
  if (property.type === 'reference') {
    const target = property.ref === null ? '' : ` REFERENCECLASS="${property.ref}"`;
    return `<PROPERTY.REFERENCE ${attributes}${target}>${qualifiers}</PROPERTY.REFERENCE>`;
  }
  const type = typeName(property.type, property.embedded);
  return property.array
    ? `<PROPERTY.ARRAY ${attributes} TYPE="${type}">${qualifiers}</PROPERTY.ARRAY>`
    : `<PROPERTY ${attributes} TYPE="${type}">${qualifiers}${defaultValue(property.default)}</PROPERTY>`;
}

function parameterElement(parameter: CimParameter, detail: ClassDetail): string {
  const qualifiers = detail.qualifiers
    ? (parameter.direction === 'out' ? '' : flag('In')) +
      (parameter.direction === 'in' ? '' : flag('Out')) +
      embeddedQualifier(parameter.type, parameter.embedded) +
      valueMap(parameter.values)
    : '';
  if (parameter.type === 'reference') {
    const kind = parameter.array ? 'PARAMETER.REFARRAY' : 'PARAMETER.REFERENCE';
    const target = parameter.ref === null ? '' : ` REFERENCECLASS="${parameter.ref}"`;
    return `<${kind} NAME="${parameter.name}"${target}>${qualifiers}</${kind}>`;
  }
  const kind = parameter.array ? 'PARAMETER.ARRAY' : 'PARAMETER';
  return `<${kind} NAME="${parameter.name}" TYPE="${typeName(parameter.type, parameter.embedded)}">${qualifiers}</${kind}>`;
}

function methodElement(cimClass: CimClass, method: CimMethod, detail: ClassDetail): string {
  const propagated = method.origin.toLowerCase() !== cimClass.name.toLowerCase();
  const origin = detail.origin ? ` CLASSORIGIN="${method.origin}"` : '';
  const qualifiers = detail.qualifiers ? (method.static ? flag('Static') : '') + valueMap(method.returns) : '';
  return `<METHOD NAME="${method.name}" TYPE="${method.returnType}"${origin}${propagated ? ' PROPAGATED="true"' : ''}>${qualifiers}${method.parameters
    .map((p) => parameterElement(p, detail))
    .join('')}</METHOD>`;
}

/** A class as CIM-XML (DSP0201 CLASS), for clients that ask for class metadata (spec wire-wsman §10). */
export function classElement(cimClass: CimClass, detail: ClassDetail): string {
  const own = (member: { readonly origin: string }): boolean =>
    detail.inherited || member.origin.toLowerCase() === cimClass.name.toLowerCase();
  const superclass = cimClass.superclass === null ? '' : ` SUPERCLASS="${cimClass.superclass.name}"`;
  const qualifiers = detail.qualifiers
    ? (cimClass.abstract ? flag('Abstract') : '') +
      (cimClass.association ? flag('Association') : '') +
      (cimClass.indication ? flag('Indication') : '') +
      (cimClass.singleton ? flag('Singleton') : '')
    : '';
  const derivation = detail.hierarchy
    ? `<DERIVATION>${cimClass.derivation.map((name) => `<CLASSNAME NAME="${name}"/>`).join('')}</DERIVATION>`
    : '';
  return `<CLASS NAME="${cimClass.name}"${superclass}>${qualifiers}${derivation}${cimClass.properties
    .filter(own)
    .map((p) => propertyElement(cimClass, p, detail))
    .join('')}${cimClass.methods
    .filter(own)
    .map((m) => methodElement(cimClass, m, detail))
    .join('')}</CLASS>`;
}
