/** A parsed XML element: names are resolved, text is collected, order of children is kept. */
export interface XmlElement {
  /** Namespace URI, '' when the name is in no namespace. */
  readonly ns: string;
  readonly local: string;
  readonly prefix: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All character data directly inside this element, CDATA included, untrimmed. */
  readonly text: string;
}

export interface XmlAttribute {
  readonly ns: string;
  readonly local: string;
  readonly value: string;
}

/** First child with this local name (and namespace, when given). */
export const child = (element: XmlElement, local: string, ns?: string): XmlElement | undefined =>
  element.children.find((c) => c.local === local && (ns === undefined || c.ns === ns));

export const children = (element: XmlElement, local: string, ns?: string): readonly XmlElement[] =>
  element.children.filter((c) => c.local === local && (ns === undefined || c.ns === ns));

/** Value of an attribute; namespace '' when none is given. */
export const attribute = (element: XmlElement, local: string, ns = ''): string | undefined =>
  element.attributes.find((a) => a.local === local && a.ns === ns)?.value;
