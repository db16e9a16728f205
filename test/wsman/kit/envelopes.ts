import { escapeXml } from '../../../src/xml/escape.ts';
import { child, type XmlElement } from '../../../src/xml/element.ts';

export const WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2';
export const DMTF = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2';
export const XFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';
export const ENUM = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
export const EVENT = 'http://schemas.xmlsoap.org/ws/2004/08/eventing';
export const WQL = 'http://schemas.microsoft.com/wbem/wsman/1/WQL';
export const ANON = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';
const BINDING = 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd';

const NAMESPACES =
  `xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ` +
  `xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" ` +
  `xmlns:n="${ENUM}" xmlns:e="${EVENT}" xmlns:x="${XFER}" xmlns:b="${BINDING}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`;

export interface Parts {
  readonly action?: string;
  readonly uri?: string | null;
  readonly selectors?: Readonly<Record<string, string>> | undefined;
  /** Raw XML instead of selectors. */
  readonly selectorXml?: string;
  readonly options?: readonly (readonly [string, string])[];
  readonly headers?: string;
  readonly messageId?: string | null;
  readonly replyTo?: string;
  readonly body?: string;
}

export const selectorSet = (selectors: Readonly<Record<string, string>>): string =>
  `<w:SelectorSet>${Object.entries(selectors)
    .map(([n, v]) => `<w:Selector Name="${escapeXml(n)}">${escapeXml(v)}</w:Selector>`)
    .join('')}</w:SelectorSet>`;

export const epr = (uri: string, selectors: Readonly<Record<string, string>>): string =>
  `<a:Address>${ANON}</a:Address><a:ReferenceParameters><w:ResourceURI>${uri}</w:ResourceURI>${selectorSet(selectors)}</a:ReferenceParameters>`;

/** An envelope with its headers; what a part leaves out is not sent. */
export function envelope(parts: Parts): string {
  const id = parts.messageId === undefined ? 'uuid:11111111-2222-3333-4444-555555555555' : parts.messageId;
  const options = (parts.options ?? []).map(([n, v]) => `<w:Option Name="${n}">${v}</w:Option>`).join('');
  return (
    `<s:Envelope ${NAMESPACES}><s:Header>` +
    (parts.action === undefined ? '' : `<a:Action>${escapeXml(parts.action)}</a:Action>`) +
    `<a:To>http://127.0.0.1/wsman</a:To>` +
    (parts.uri === null || parts.uri === undefined ? '' : `<w:ResourceURI>${escapeXml(parts.uri)}</w:ResourceURI>`) +
    (id === null ? '' : `<a:MessageID>${escapeXml(id)}</a:MessageID>`) +
    (parts.replyTo ?? `<a:ReplyTo><a:Address>${ANON}</a:Address></a:ReplyTo>`) +
    (parts.selectors === undefined ? (parts.selectorXml ?? '') : selectorSet(parts.selectors)) +
    (options === '' ? '' : `<w:OptionSet>${options}</w:OptionSet>`) +
    `${parts.headers ?? ''}</s:Header><s:Body>${parts.body ?? ''}</s:Body></s:Envelope>`
  );
}

export const getRequest = (uri: string, selectors?: Readonly<Record<string, string>>, more: Parts = {}): string =>
  envelope({ action: `${XFER}/Get`, uri, ...(selectors === undefined ? {} : { selectors }), ...more });

export interface EnumerateParts extends Parts {
  /** Children of n:Enumerate. */
  readonly inner?: string;
  readonly query?: string;
}

export const wqlFilter = (query: string): string => `<w:Filter Dialect="${WQL}">${escapeXml(query)}</w:Filter>`;

export const enumerateRequest = (uri: string, parts: EnumerateParts = {}): string =>
  envelope({
    action: `${ENUM}/Enumerate`,
    uri,
    body: `<n:Enumerate>${parts.inner ?? ''}${parts.query === undefined ? '' : wqlFilter(parts.query)}</n:Enumerate>`,
    ...parts,
  });

export const pullRequest = (uri: string, context: string, inner = '', parts: Parts = {}): string =>
  envelope({
    action: `${ENUM}/Pull`,
    uri,
    body: `<n:Pull><n:EnumerationContext>${escapeXml(context)}</n:EnumerationContext>${inner}</n:Pull>`,
    ...parts,
  });

export const invokeRequest = (
  className: string,
  method: string,
  input: string,
  selectors?: Readonly<Record<string, string>>,
  parts: Parts = {},
): string => {
  const uri = `${WMI}/${className}`;
  return envelope({
    action: `${uri}/${method}`,
    uri,
    ...(selectors === undefined ? {} : { selectors }),
    body: `<q:${method}_INPUT xmlns:q="${uri}">${input}</q:${method}_INPUT>`,
    ...parts,
  });
};

/** Walk down by local names; undefined when a step is missing. */
export function at(element: XmlElement | null | undefined, ...path: readonly string[]): XmlElement | undefined {
  let here = element ?? undefined;
  for (const step of path) here = here === undefined ? undefined : child(here, step);
  return here;
}

export const textAt = (element: XmlElement | null | undefined, ...path: readonly string[]): string | undefined =>
  at(element, ...path)?.text;
