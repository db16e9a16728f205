import { children, type XmlElement } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import type { ClassName, DefaultNamespace, PropertyOf } from './schema.ts';

/** Values of an instance that a method tells as text (embedded-instances §1 form 3), by property. */
export const embeddedValues = <C extends ClassName>(
  text: string,
): ReadonlyMap<PropertyOf<DefaultNamespace, C>, readonly string[]> =>
  new Map(
    parseXml(text).children.map((property) => [
      nameOf(property) as PropertyOf<DefaultNamespace, C>,
      valuesOf(property),
    ]),
  );

const nameOf = (property: XmlElement): string => property.attributes.find(({ local }) => local === 'NAME')?.value ?? '';

const valuesOf = (property: XmlElement): readonly string[] => {
  const [array] = children(property, 'VALUE.ARRAY');
  return children(array ?? property, 'VALUE').map(({ text }) => text);
};
