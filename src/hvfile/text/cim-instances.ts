import { attribute, type XmlElement } from '../../xml/element.ts';
import { HvFileError } from '../error.ts';
import type { ParsedText } from './parse.ts';

/** An instance of CIM-XML (DSP0201) as far as an export of Server 2008 uses it: no qualifiers, no embedded objects. */
export interface CimXmlInstance {
  readonly className: string;
  readonly properties: ReadonlyMap<string, CimXmlProperty>;
}

export interface CimXmlProperty {
  readonly type: string;
  /** Null: the property has no value. One value of an ordinary property, all of an array. */
  readonly values: readonly string[] | null;
  /** Byte offset in the file. */
  at(): number;
}

/** Every INSTANCE of the document, in order. @throws HvFileError with the path of the element and its offset */
export const cimInstances = ({ root, offsetOf }: ParsedText): CimXmlInstance[] => {
  const found: CimXmlInstance[] = [];
  const visit = (element: XmlElement): void => {
    if (element.local === 'INSTANCE') found.push(instance(element, `/INSTANCE[${found.length}]`, offsetOf));
    else element.children.forEach(visit);
  };
  visit(root);
  return found;
};

const instance = (element: XmlElement, path: string, offsetOf: ParsedText['offsetOf']): CimXmlInstance => {
  const className = attribute(element, 'CLASSNAME') ?? '';
  if (className === '')
    throw new HvFileError('structure', 'An instance has no class', { path, offset: offsetOf(element) });
  const properties = new Map<string, CimXmlProperty>();
  for (const child of element.children) {
    if (child.local !== 'PROPERTY' && child.local !== 'PROPERTY.ARRAY') continue;
    const at = (): number => offsetOf(child);
    const name = attribute(child, 'NAME') ?? '';
    if (name === '') throw new HvFileError('structure', 'A property has no name', { path, offset: at() });
    if (properties.has(name))
      throw new HvFileError('structure', 'A property stands twice in one instance', {
        path: `${path}/${name}`,
        offset: at(),
      });
    properties.set(name, { type: attribute(child, 'TYPE') ?? 'string', values: valuesOf(child), at });
  }
  return { className, properties };
};

const valuesOf = (property: XmlElement): readonly string[] | null => {
  const holder = property.children.find((c) => c.local === 'VALUE' || c.local === 'VALUE.ARRAY');
  if (holder === undefined) return null;
  return holder.local === 'VALUE'
    ? [holder.text]
    : holder.children.filter((c) => c.local === 'VALUE').map((c) => c.text);
};
