import { CimError } from '../../cim/errors.ts';
import { coerceText } from '../../cim/coerce/coerce-value.ts';
import type { CimClass, CimProperty } from '../../cim/schema.ts';
import { child, type XmlElement } from '../../xml/element.ts';
import { readSelectors } from '../envelope/endpoint-reference.ts';
import { NS } from '../envelope/namespaces.ts';
import { WsmanFault } from '../faults/fault.ts';

const refuse = (message: string): WsmanFault => new WsmanFault('cannotProcessFilter', message);

/**
 * A selector filter as the query it stands for: equality of every selector (spec §5.10), so that the broker's indexes
 * serve it. Windows refuses arrays, datetimes, references, quotes and repeated names; so do we.
 * @throws WsmanFault cannotProcessFilter
 */
export function selectorQuery(cimClass: CimClass, filter: XmlElement): string {
  const set = child(filter, 'SelectorSet', NS.wsman);
  if (set === undefined) throw refuse('A selector filter holds a w:SelectorSet.');
  const seen = new Set<string>();
  const terms = readSelectors(set).map((selector) => {
    const property = cimClass.property(selector.name);
    if (property === undefined) throw refuse(`${cimClass.name} has no property ${selector.name.slice(0, 100)}.`);
    if (seen.has(property.name)) throw refuse(`The selector ${property.name} is given twice.`);
    seen.add(property.name);
    if (typeof selector.value !== 'string') throw refuse(`A selector filter takes no references (${property.name}).`);
    return `${property.name} = ${literal(property, selector.value)}`;
  });
  return `SELECT * FROM ${cimClass.name}${terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`}`;
}

function literal(property: CimProperty, value: string): string {
  if (property.array || property.type === 'reference' || property.type === 'datetime' || property.type === 'object') {
    throw refuse(`A selector filter cannot test ${property.name}.`);
  }
  if (/["']/.test(value)) throw refuse(`The value for ${property.name} contains a quote.`);
  if (property.type === 'string' || property.type === 'char16') return `"${value.replaceAll('\\', '\\\\')}"`;
  try {
    return String(coerceText(property.type, value, property.name)).toUpperCase();
  } catch (error) {
    if (error instanceof CimError) throw refuse(error.message);
    throw error;
  }
}
