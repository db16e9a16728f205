import assert from 'node:assert/strict';
import { attribute, child, children, type XmlElement } from '../../../src/xml/element.ts';
import { parseXml } from '../../../src/xml/parse.ts';
import type { HttpAnswer } from './endpoint.ts';

/** A reply that was read: what pywbem would hand to its caller. */
export interface CimReply {
  readonly http: HttpAnswer;
  readonly text: string;
  /** ERROR CODE; 0 for none. */
  readonly status: number;
  readonly description: string;
  /** Children of IRETURNVALUE. */
  readonly items: readonly XmlElement[];
  /** IMETHODRESPONSE or METHODRESPONSE. */
  readonly response: XmlElement;
}

export function readReply(http: HttpAnswer): CimReply {
  const text = http.body.toString('utf8');
  assert.equal(http.status, 200, `${http.status} ${JSON.stringify(http.headers)}`);
  const cim = parseXml(text, { elements: 5_000_000, size: 1 << 28 });
  const message = child(cim, 'MESSAGE') ?? assert.fail(text.slice(0, 300));
  const response = child(message, 'SIMPLERSP')?.children[0] ?? assert.fail(text.slice(0, 300));
  const error = child(response, 'ERROR');
  return {
    http,
    text,
    status: error === undefined ? 0 : Number(attribute(error, 'CODE')),
    description: error === undefined ? '' : (attribute(error, 'DESCRIPTION') ?? ''),
    items: child(response, 'IRETURNVALUE')?.children ?? [],
    response,
  };
}

/** The one item of a reply that must have one. */
export function only(reply: CimReply): XmlElement {
  assert.equal(reply.status, 0, reply.description);
  assert.equal(reply.items.length, 1, reply.text.slice(0, 500));
  return reply.items[0] ?? assert.fail();
}

const ARRAYS: ReadonlySet<string> = new Set(['VALUE.ARRAY', 'VALUE.REFARRAY']);

/** Text of a value element, an array of them, or null. A reference is the text of its class and keys. */
export function read(element: XmlElement | undefined): string | null | (string | null)[] {
  if (element === undefined || element.local === 'VALUE.NULL') return null;
  if (ARRAYS.has(element.local)) return element.children.map((item) => read(item) as string | null);
  return element.local === 'VALUE.REFERENCE' ? pathText(element.children[0]) : element.text;
}

/** `Class.Key=value,...` with keys in the order of the wire. */
export function pathText(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const name = element.local === 'INSTANCENAME' ? element : child(element, 'INSTANCENAME');
  if (name === undefined) return attribute(child(element, 'CLASSNAME') ?? element, 'NAME') ?? '';
  const keys = children(name, 'KEYBINDING').map((binding) => {
    const reference = child(binding, 'VALUE.REFERENCE');
    const text = reference === undefined ? (child(binding, 'KEYVALUE')?.text ?? '') : pathText(reference.children[0]);
    return `${attribute(binding, 'NAME')}=${text}`;
  });
  return `${attribute(name, 'CLASSNAME')}.${keys.join(',')}`;
}

/** Properties of INSTANCE by name. */
export const properties = (instance: XmlElement): Record<string, ReturnType<typeof read>> =>
  Object.fromEntries(
    instance.children.map((property) => [
      attribute(property, 'NAME') ?? '',
      read(property.children.find((c) => c.local.startsWith('VALUE'))),
    ]),
  );

/** PARAMVALUEs of a reply by name. */
export const outputs = ({ response }: CimReply): Record<string, ReturnType<typeof read>> =>
  Object.fromEntries(children(response, 'PARAMVALUE').map((p) => [attribute(p, 'NAME') ?? '', read(p.children[0])]));

export const returnValue = ({ response }: CimReply): string | null =>
  child(response, 'RETURNVALUE')?.children[0]?.text ?? null;
