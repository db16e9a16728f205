import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { attribute, type XmlElement } from '../../src/xml/element.ts';
import { escapeXml } from '../../src/xml/escape.ts';
import { parseXml } from '../../src/xml/parse.ts';
import type { Service } from './service.ts';

const SCHEMA = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/';
const ALL = 'http://schemas.dmtf.org/wbem/wscim/1/*';
const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';
const ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
const EVENTING = 'http://schemas.xmlsoap.org/ws/2004/08/eventing';
const WQL = 'http://schemas.microsoft.com/wbem/wsman/1/WQL';
const ASSOCIATIONS = 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';

/** An object by the keys of its class. */
export interface CimReference {
  readonly className: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** What a CIM session shows of an object: properties with a value, as text. */
export interface CimObject {
  readonly className: string;
  readonly properties: Readonly<Record<string, readonly string[]>>;
  readonly references: Readonly<Record<string, CimReference>>;
  /** Objects in it: the target of an event, a summary. */
  readonly embedded: Readonly<Record<string, readonly CimObject[]>>;
}

type Parameter = string | readonly string[] | CimReference;

/** A fault as a cmdlet shows it. */
export class MiFault extends Error {
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}

/**
 * What the CIM cmdlets of PowerShell say over WS-Management in one namespace (MI client: DMTF URIs, `__cimnamespace`, its
 * options, optimised enumeration). Each function is a cmdlet.
 */
export class MiClient {
  readonly #service: Service;
  readonly #namespace: string;

  constructor(service: Service, namespace: string) {
    this.#service = service;
    this.#namespace = namespace;
  }

  /** Get-CimInstance -ClassName */
  instances(className: string): Promise<CimObject[]> {
    return this.#enumerate(SCHEMA + className, '');
  }

  /** Get-CimInstance -Query */
  query(query: string): Promise<CimObject[]> {
    return this.#enumerate(ALL, `<w:Filter Dialect="${WQL}">${escapeXml(query)}</w:Filter>`);
  }

  /** Get-CimAssociatedInstance -Association -ResultClassName */
  associated(source: CimReference, association: string, resultClass: string): Promise<CimObject[]> {
    const ends =
      `<b:AssociationClassName>${association}</b:AssociationClassName>` +
      `<b:ResultClassName>${resultClass}</b:ResultClassName>`;
    return this.#enumerate(
      ALL,
      `<w:Filter Dialect="${ASSOCIATIONS}"><b:AssociatedInstances><b:Object><a:EndpointReference>${this.#endpoint(source)}</a:EndpointReference></b:Object>${ends}</b:AssociatedInstances></w:Filter>`,
    );
  }

  /** Get-CimInstance -InputObject */
  async get(object: CimReference): Promise<CimObject> {
    return objectOf(first(await this.#send(`${TRANSFER}/Get`, SCHEMA + object.className, object.keys, '')));
  }

  /** Set-CimInstance -Property */
  async set(object: CimReference, properties: Readonly<Record<string, string>>): Promise<void> {
    const uri = SCHEMA + object.className;
    const body = Object.entries({ ...object.keys, ...properties }).map(
      ([name, value]) => `<p:${name}>${escapeXml(value)}</p:${name}>`,
    );
    const text = `<p:${object.className} xmlns:p="${uri}">${body.join('')}</p:${object.className}>`;
    await this.#send(`${TRANSFER}/Put`, uri, object.keys, text);
  }

  /** Remove-CimInstance */
  async remove(object: CimReference): Promise<void> {
    await this.#send(`${TRANSFER}/Delete`, SCHEMA + object.className, object.keys, '');
  }

  /** Invoke-CimMethod -Arguments */
  async invoke(
    object: CimReference,
    method: string,
    parameters: Readonly<Record<string, Parameter>> = {},
  ): Promise<CimObject> {
    const uri = SCHEMA + object.className;
    const one = (name: string, value: string | CimReference): string =>
      `<p:${name}>${typeof value === 'string' ? escapeXml(value) : this.#endpoint(value)}</p:${name}>`;
    const texts = Object.entries(parameters).map(([name, value]) =>
      typeof value === 'object' && 'map' in value ? value.map((each) => one(name, each)).join('') : one(name, value),
    );
    const body = `<p:${method}_INPUT xmlns:p="${uri}">${texts.join('')}</p:${method}_INPUT>`;
    return objectOf(first(await this.#send(`${uri}/${method}`, uri, object.keys, body)));
  }

  /** Register-CimIndicationEvent -Query: each call gives the next events. */
  async register(query: string): Promise<() => Promise<CimObject[]>> {
    const body = await this.#send(
      `${EVENTING}/Subscribe`,
      ALL,
      {},
      `<e:Subscribe xmlns:e="${EVENTING}"><e:Delivery Mode="http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull"/>` +
        `<e:Expires>PT3600.000S</e:Expires><w:Filter Dialect="${WQL}">${escapeXml(query)}</w:Filter></e:Subscribe>`,
    );
    let context = textBelow(body, 'EnumerationContext') ?? assert.fail('a context');
    return async () => {
      const answer = await this.#pull(ALL, context, 20);
      context = textBelow(answer, 'EnumerationContext') ?? assert.fail('a context');
      return itemsOf(answer);
    };
  }

  async #enumerate(uri: string, filter: string): Promise<CimObject[]> {
    const body = `<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>${filter}</n:Enumerate>`;
    let answer = await this.#send(`${ENUMERATION}/Enumerate`, uri, {}, body);
    const found = itemsOf(answer);
    for (let context = textBelow(answer, 'EnumerationContext'); context; ) {
      answer = await this.#pull(uri, context, 32_000);
      found.push(...itemsOf(answer));
      context = textBelow(answer, 'EnumerationContext');
    }
    return found;
  }

  #pull(uri: string, context: string, most: number): Promise<XmlElement> {
    const what = `<n:EnumerationContext>${escapeXml(context)}</n:EnumerationContext><n:MaxElements>${most}</n:MaxElements>`;
    return this.#send(`${ENUMERATION}/Pull`, uri, {}, `<n:Pull>${what}</n:Pull>`);
  }

  #selectors(keys: CimReference['keys']): string {
    const all = Object.entries({ __cimnamespace: this.#namespace, ...keys });
    const texts = all.map(([name, value]) => `<w:Selector Name="${name}">${escapeXml(value)}</w:Selector>`);
    return `<w:SelectorSet>${texts.join('')}</w:SelectorSet>`;
  }

  #endpoint({ className, keys }: CimReference): string {
    const parameters = `<w:ResourceURI>${SCHEMA}${className}</w:ResourceURI>${this.#selectors(keys)}`;
    return `<a:Address>${ANONYMOUS}</a:Address><a:ReferenceParameters>${parameters}</a:ReferenceParameters>`;
  }

  /** The body of the answer. @throws MiFault */
  async #send(action: string, uri: string, keys: CimReference['keys'], body: string): Promise<XmlElement> {
    const { http } = this.#service.endpoints;
    const envelope =
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
      'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" ' +
      `xmlns:n="${ENUMERATION}" xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"><s:Header>` +
      `<a:To>${http}/wsman</a:To><w:ResourceURI s:mustUnderstand="true">${uri}</w:ResourceURI>` +
      `<a:ReplyTo><a:Address s:mustUnderstand="true">${ANONYMOUS}</a:Address></a:ReplyTo>` +
      `<a:Action s:mustUnderstand="true">${action}</a:Action>` +
      '<w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>' +
      `<a:MessageID>uuid:${randomUUID().toUpperCase()}</a:MessageID>` +
      '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>' +
      `<w:OptionSet xmlns:xsi="${XSI}"><w:Option Name="msftwinrm:UsePreciseArrays" Type="xs:boolean">true</w:Option>` +
      '<w:Option Name="wmi:__MI_OPERATIONOPTIONS_WRITEERRORMODE" MustComply="true">1</w:Option>' +
      '<w:Option Name="wmiarray:__MI_OPERATIONOPTIONS_CHANNELVALUE" MustComply="true">0</w:Option></w:OptionSet>' +
      `${this.#selectors(keys)}<w:OperationTimeout>PT60.000S</w:OperationTimeout></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
    const answer = await fetch(`${http}/wsman`, {
      method: 'POST',
      headers: {
        'content-type': 'application/soap+xml;charset=UTF-8',
        authorization: `Basic ${Buffer.from(`admin:${this.#service.password}`).toString('base64')}`,
      },
      body: envelope,
    });
    const text = await answer.text();
    const found = below(parseXml(text), 'Body') ?? assert.fail(text);
    if (answer.status === 200) return found;
    throw new MiFault(textBelow(below(found, 'Subcode') ?? found, 'Value') ?? '', textBelow(found, 'Text') ?? text);
  }
}

const below = (element: XmlElement, local: string): XmlElement | undefined => {
  if (element.local === local) return element;
  for (const each of element.children) {
    const found = below(each, local);
    if (found !== undefined) return found;
  }
  return undefined;
};

const textBelow = (element: XmlElement, local: string): string | undefined => below(element, local)?.text.trim();

const first = (body: XmlElement): XmlElement => body.children[0] ?? assert.fail('an empty body');

const itemsOf = (body: XmlElement): CimObject[] => (below(body, 'Items')?.children ?? []).map(objectOf);

const objectOf = (element: XmlElement): CimObject => {
  const properties: Record<string, string[]> = {};
  const references: Record<string, CimReference> = {};
  const embedded: Record<string, CimObject[]> = {};
  for (const each of element.children) {
    const uri = textBelow(each, 'ResourceURI');
    if (uri !== undefined)
      references[each.local] = { className: uri.slice(uri.lastIndexOf('/') + 1), keys: keysIn(each) };
    else if (each.children.length > 0) (embedded[each.local] ??= []).push(objectOf(each));
    else if (attribute(each, 'nil', XSI) !== 'true') (properties[each.local] ??= []).push(each.text);
  }
  return { className: element.local, properties, references, embedded };
};

const keysIn = (reference: XmlElement): Record<string, string> =>
  Object.fromEntries(
    (below(reference, 'SelectorSet')?.children ?? [])
      .map((selector) => [attribute(selector, 'Name') ?? '', selector.text] as const)
      .filter(([name]) => name !== '__cimnamespace'),
  );
