import type { XmlElement } from '../xml/element.ts';
import { NS } from './uris.ts';

/** A reference as it came over the wire; usable as a method argument and as a target. */
export interface Reference {
  readonly resourceUri: string;
  readonly selectors: Readonly<Record<string, string>>;
}

/** Wire values carry no type: text, NULL, a reference, an embedded object, or a list of those. */
export type WireScalar = string | null | Reference | WireObject;
export type WireValue = WireScalar | readonly WireScalar[];

/** An object as a WS-Management server sends it, of a class with the properties `P`; those that were not asked for are missing. */
export interface WireObject<P extends string = string> {
  readonly className: string;
  readonly properties: { readonly [Name in P]?: WireValue };
}

export const isReference = (value: WireValue | undefined): value is Reference =>
  typeof value === 'object' && value !== null && 'resourceUri' in value;

/** The value as a list: NULL and absent are empty, a single value is a list of one. */
export const listOf = (value: WireValue | undefined): readonly WireScalar[] =>
  value === undefined || value === null
    ? []
    : Array.isArray(value)
      ? (value as readonly WireScalar[])
      : [value as WireScalar];

/** The value as text; NULL, references and objects are null. The first element of a list. */
export const textOf = (value: WireValue | undefined): string | null => {
  const first = listOf(value)[0];
  return typeof first === 'string' ? first : null;
};

export const numberOf = (value: WireValue | undefined): number => Number(textOf(value) ?? Number.NaN);

export function decodeObject(element: XmlElement): WireObject {
  const properties: Record<string, WireValue> = {};
  for (const child of element.children) {
    const value = decodeValue(child);
    const before = properties[child.local];
    properties[child.local] = before === undefined ? value : [...listOf(before), value];
  }
  return { className: element.local, properties };
}

function decodeValue(element: XmlElement): WireScalar {
  const nil = element.attributes.find((a) => a.ns === NS.xsi && a.local === 'nil')?.value;
  if (nil === 'true' || nil === '1') return null;
  const [first] = element.children;
  if (first === undefined) return element.text;
  const parameters = element.children.find((c) => c.local === 'ReferenceParameters' && c.ns === NS.addressing);
  if (parameters !== undefined) return decodeReference(parameters);
  // Datetimes are wrapped in cim:Datetime or cim:Interval.
  if (
    element.children.length === 1 &&
    first.children.length === 0 &&
    /^(Datetime|Interval|CIM_DateTime)$/.test(first.local)
  ) {
    return first.text;
  }
  const type = element.attributes.find((a) => a.ns === NS.xsi && a.local === 'type')?.value.replace(/^.*:|_Type$/g, '');
  return { ...decodeObject(element), className: type ?? element.local };
}

/** From the element that holds `w:ResourceURI` and `w:SelectorSet`. */
export function decodeReference(parameters: XmlElement): Reference {
  const uri = parameters.children.find((c) => c.local === 'ResourceURI')?.text.trim() ?? '';
  const set = parameters.children.find((c) => c.local === 'SelectorSet');
  const selectors: Record<string, string> = {};
  for (const selector of set?.children ?? []) {
    const name = selector.attributes.find((a) => a.local === 'Name')?.value;
    if (name !== undefined) selectors[name] = selector.text;
  }
  return { resourceUri: uri, selectors };
}
