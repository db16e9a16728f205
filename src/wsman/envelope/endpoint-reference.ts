import { attribute, child, type XmlElement } from '../../xml/element.ts';
import { WsmanFault } from '../faults/fault.ts';
import { NS } from './namespaces.ts';
import { parseResourceUri, type ResourceUri } from './resource-uri.ts';

/** One `w:Selector`; a reference-typed key holds an endpoint reference. */
export interface Selector {
  readonly name: string;
  readonly value: string | EndpointReference;
}

/** A reference to an instance: its class and its keys. */
export interface EndpointReference {
  readonly resource: ResourceUri;
  readonly selectors: readonly Selector[];
}

const MAX_SELECTORS = 64;
/** A reference-typed key inside a reference-typed key … : no class has more than one level; this bounds recursion. */
const MAX_NESTING = 4;

export function readSelectors(set: XmlElement | undefined, depth = 0): Selector[] {
  if (set === undefined) return [];
  const selectors: Selector[] = [];
  for (const item of set.children) {
    if (item.local !== 'Selector') continue;
    const name = attribute(item, 'Name') ?? attribute(item, 'Name', NS.wsman);
    if (name === undefined || name.trim() === '') {
      throw new WsmanFault('unexpectedSelectors', 'A selector has no Name attribute.');
    }
    if (selectors.length >= MAX_SELECTORS) throw new WsmanFault('unexpectedSelectors', 'Too many selectors.');
    const reference = child(item, 'EndpointReference', NS.addressing);
    const value = reference === undefined ? item.text : readEndpointReference(reference, depth + 1);
    selectors.push({ name: name.trim(), value });
  }
  return selectors;
}

/** The contents of an EPR: `holder` is the EndpointReference, or the element that stands for it. */
export function readEndpointReference(holder: XmlElement, depth = 0): EndpointReference {
  if (depth > MAX_NESTING) throw new WsmanFault('invalidParameter', 'Endpoint references are nested too deeply.');
  const inner = child(holder, 'EndpointReference', NS.addressing) ?? holder;
  // ReferenceProperties is the older spelling of WS-Addressing 2004/08; clients send either.
  const parameters =
    child(inner, 'ReferenceParameters', NS.addressing) ?? child(inner, 'ReferenceProperties', NS.addressing);
  const uri = parameters === undefined ? undefined : child(parameters, 'ResourceURI', NS.wsman);
  if (parameters === undefined || uri === undefined) {
    throw new WsmanFault('invalidParameter', 'The endpoint reference has no w:ResourceURI in a:ReferenceParameters.');
  }
  const { resource, query } = parseResourceUri(uri.text);
  const selectors = readSelectors(child(parameters, 'SelectorSet', NS.wsman), depth);
  for (const [name, value] of query) selectors.push({ name, value });
  return { resource, selectors };
}

/** True for an element that carries an EPR, wrapped or as contents. */
export const holdsEndpointReference = (element: XmlElement): boolean =>
  element.children.some(
    (c) =>
      c.ns === NS.addressing &&
      (c.local === 'ReferenceParameters' || c.local === 'ReferenceProperties' || c.local === 'EndpointReference'),
  );
