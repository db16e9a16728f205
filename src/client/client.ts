import { child, type XmlElement } from '../xml/element.ts';
import { escapeXml } from '../xml/escape.ts';
import { parseXml } from '../xml/parse.ts';
import { type Arguments, CimClient, type CimClientOptions, type InvokeResult, type Target } from './cim-client.ts';
import { Connection, ConnectionError, type ConnectionOptions } from './connection.ts';
import { envelope, methodInput, type Argument, type RequestParts } from './envelope.ts';
import { decodeObject, decodeReference, numberOf, type Reference, type WireObject } from './object.ts';
import type { DefaultNamespace, InputOf, MethodOf, OutputOf, PropertyOf, QueriedProperty } from './schema.ts';
import { ANONYMOUS, EVENT_PULL, NS, resourceUri, WQL } from './uris.ts';

/** A SOAP fault of the server. */
export class WsmanFault extends Error {
  /** Local name of the subcode, e.g. `DestinationUnreachable`. */
  readonly subcode: string;
  /** `WSManFault/@Code`; 0 when the server gave none. */
  readonly code: number;
  constructor(subcode: string, code: number, message: string) {
    super(message);
    this.name = 'WsmanFault';
    this.subcode = subcode;
    this.code = code;
  }
}

export interface ClientOptions<N extends string = DefaultNamespace> extends ConnectionOptions, CimClientOptions<N> {
  /** Asks the server to tell NULL arrays from empty ones, as MI clients do: NULL comes as such, an empty one is left out. */
  readonly preciseArrays?: boolean;
}

/** A client of any WS-Management server that serves WMI: vsms, or a real Hyper-V host. */
export class WsmanClient<N extends string = DefaultNamespace> extends CimClient<N> {
  readonly #connection: Connection;
  readonly #headers: string;

  constructor(options: ClientOptions<N>) {
    super(options);
    this.#connection = new Connection(options);
    this.#headers = options.preciseArrays === true ? PRECISE_ARRAYS : '';
  }

  close(): void {
    this.#connection.close();
  }

  async identify(): Promise<{ readonly vendor: string; readonly version: string }> {
    const reply = await this.#connection.post(
      `<s:Envelope xmlns:s="${NS.soap}" xmlns:i="${NS.identify}"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>`,
    );
    const answer = openReply(reply).body.children[0];
    const text = (name: string): string => (answer === undefined ? '' : (child(answer, name)?.text ?? ''));
    return { vendor: text('ProductVendor'), version: text('ProductVersion') };
  }

  async get<const C extends string = string>(target: Target<C> | Reference): Promise<WireObject<PropertyOf<N, C>>> {
    const { uri, selectors } = this.#target(target);
    const body = await this.#call({ action: `${NS.transfer}/Get`, resourceUri: uri, selectors, body: '' });
    const [object] = body.children;
    if (object === undefined) throw new ConnectionError('The server sent an empty reply to Get.');
    return decodeObject(object);
  }

  /** All objects of a WQL query, pulled in batches. */
  async *query<const Q extends string>(wql: Q, batch = 100): AsyncGenerator<WireObject<QueriedProperty<N, Q>>> {
    const uri = resourceUri(this.namespace, '*');
    const filter = `<w:Filter Dialect="${WQL}">${escapeXml(wql)}</w:Filter>`;
    for await (const element of this.#enumerate(uri, filter, batch)) {
      yield decodeObject(element);
    }
  }

  /** References instead of objects. */
  async *queryReferences(wql: string, batch = 100): AsyncGenerator<Reference> {
    const uri = resourceUri(this.namespace, '*');
    const filter = `<w:EnumerationMode>EnumerateEPR</w:EnumerationMode><w:Filter Dialect="${WQL}">${escapeXml(wql)}</w:Filter>`;
    for await (const element of this.#enumerate(uri, filter, batch)) {
      const parameters = child(element, 'ReferenceParameters');
      if (parameters !== undefined) yield decodeReference(parameters);
    }
  }

  async invoke<const C extends string = string, const M extends MethodOf<N, C> = MethodOf<N, C>>(
    target: Target<C> | Reference,
    method: M,
    args: Arguments<InputOf<N, C, M>> = {},
  ): Promise<InvokeResult<OutputOf<N, C, M>>> {
    const { uri, selectors } = this.#target(target);
    const { header, body } = await this.#exchange({
      action: `${uri}/${method}`,
      resourceUri: uri,
      selectors,
      body: methodInput(uri, method, args as Readonly<Record<string, Argument>>),
    });
    const [output] = body.children;
    const out: WireObject['properties'] = output === undefined ? {} : decodeObject(output).properties;
    const refusal = header === undefined ? undefined : child(header, 'Msvm_Error');
    return {
      returnValue: numberOf(out['ReturnValue']),
      out,
      refusal: refusal === undefined ? null : decodeObject(refusal),
    };
  }

  /**
   * Event objects of a WQL event query; resolves when the server has taken the subscription. It ends with the iteration. An
   * object of the class `DroppedEvents` stands for `Count` events that were lost because they were not read in time.
   */
  async subscribe(wql: string, signal?: AbortSignal): Promise<AsyncGenerator<WireObject>> {
    const uri = resourceUri(this.namespace, '*');
    const body = await this.#call({
      action: `${NS.eventing}/Subscribe`,
      resourceUri: uri,
      selectors: {},
      body:
        `<e:Subscribe><e:Delivery Mode="${EVENT_PULL}"><w:Heartbeats>PT10S</w:Heartbeats></e:Delivery><e:Expires>P1D</e:Expires>` +
        `<w:Filter Dialect="${WQL}">${escapeXml(wql)}</w:Filter></e:Subscribe>`,
    });
    const [response] = body.children;
    const context = response === undefined ? undefined : child(response, 'EnumerationContext')?.text.trim();
    if (context === undefined || context === '') throw new ConnectionError('The server named no event context.');
    return this.#events(uri, context, signal);
  }

  async *#events(uri: string, first: string, signal: AbortSignal | undefined): AsyncGenerator<WireObject> {
    let context: string | null = first;
    const wanted = (): boolean => signal?.aborted !== true;
    try {
      while (context !== null && wanted()) {
        const reply: Pulled = await this.#pull(uri, context, 50, 20, signal);
        context = reply.context;
        for (const item of reply.items) yield isLost(item) ? lostEvents(item.text) : decodeObject(item);
      }
    } catch (error) {
      if (wanted()) throw error;
    } finally {
      if (context !== null) await this.#release(uri, context);
    }
  }

  #target(target: Target | Reference): { uri: string; selectors: Readonly<Record<string, string>> } {
    return 'resourceUri' in target
      ? { uri: target.resourceUri, selectors: target.selectors }
      : { uri: resourceUri(this.namespace, target.className), selectors: target.selectors ?? {} };
  }

  async *#enumerate(uri: string, filter: string, batch: number): AsyncGenerator<XmlElement> {
    const body = await this.#call({
      action: `${NS.enumeration}/Enumerate`,
      resourceUri: uri,
      selectors: {},
      body: `<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>${batch}</w:MaxElements>${filter}</n:Enumerate>`,
    });
    const [response] = body.children;
    if (response === undefined) return;
    yield* child(response, 'Items')?.children ?? [];
    let context =
      child(response, 'EndOfSequence') === undefined ? (child(response, 'EnumerationContext')?.text.trim() ?? '') : '';
    try {
      while (context !== '') {
        const reply = await this.#pull(uri, context, batch, 60);
        context = reply.context ?? '';
        yield* reply.items;
      }
    } finally {
      if (context !== '') await this.#release(uri, context);
    }
  }

  /** The server forgets the context at once instead of after a while; whether it does is its affair. */
  async #release(uri: string, context: string): Promise<void> {
    const body = `<n:Release><n:EnumerationContext>${escapeXml(context)}</n:EnumerationContext></n:Release>`;
    await this.#call({ action: `${NS.enumeration}/Release`, resourceUri: uri, selectors: {}, body }).catch(
      () => undefined,
    );
  }

  async #pull(
    uri: string,
    context: string,
    max: number,
    timeoutSeconds: number,
    signal?: AbortSignal,
  ): Promise<Pulled> {
    const body = await this.#call(
      {
        action: `${NS.enumeration}/Pull`,
        resourceUri: uri,
        selectors: {},
        body: `<n:Pull><n:EnumerationContext>${escapeXml(context)}</n:EnumerationContext><n:MaxElements>${max}</n:MaxElements></n:Pull>`,
      },
      timeoutSeconds,
      signal,
    );
    const [response] = body.children;
    const next = response === undefined ? undefined : child(response, 'EnumerationContext')?.text.trim();
    return {
      items: response === undefined ? [] : (child(response, 'Items')?.children ?? []),
      context: next === undefined || next === '' ? null : next,
    };
  }

  async #call(
    parts: Omit<RequestParts, 'to' | 'timeoutSeconds'>,
    timeoutSeconds = 60,
    signal?: AbortSignal,
  ): Promise<XmlElement> {
    return (await this.#exchange(parts, timeoutSeconds, signal)).body;
  }

  async #exchange(
    parts: Omit<RequestParts, 'to' | 'timeoutSeconds'>,
    timeoutSeconds = 60,
    signal?: AbortSignal,
  ): Promise<SoapReply> {
    const text = envelope({ headers: this.#headers, ...parts, to: ANONYMOUS, timeoutSeconds });
    return openReply(await this.#connection.post(text, signal));
  }
}

const isLost = ({ local, ns }: XmlElement): boolean => local === 'DroppedEvents' && ns === NS.wsman;

const lostEvents = (count: string): WireObject => ({ className: 'DroppedEvents', properties: { Count: count.trim() } });

const PRECISE_ARRAYS = '<w:OptionSet><w:Option Name="msftwinrm:UsePreciseArrays">true</w:Option></w:OptionSet>';

interface Pulled {
  readonly items: readonly XmlElement[];
  /** null: that was all. */
  readonly context: string | null;
}

interface SoapReply {
  readonly header: XmlElement | undefined;
  readonly body: XmlElement;
}

/** Header and body of a reply. @throws WsmanFault when it holds a fault */
function openReply(reply: string): SoapReply {
  let root: XmlElement;
  try {
    root = parseXml(reply, { size: 64 << 20, elements: 5_000_000 });
  } catch (error) {
    throw new ConnectionError('The server sent something that is not XML.', null, error);
  }
  const body = child(root, 'Body', NS.soap);
  if (body === undefined) throw new ConnectionError('The server sent no SOAP body.');
  const fault = child(body, 'Fault', NS.soap);
  if (fault !== undefined) throw faultOf(fault);
  return { header: child(root, 'Header', NS.soap), body };
}

function faultOf(fault: XmlElement): WsmanFault {
  const code = child(fault, 'Code');
  const subcode = code === undefined ? undefined : child(code, 'Subcode');
  const value =
    (subcode === undefined ? undefined : child(subcode, 'Value'))?.text ??
    (code === undefined ? '' : (child(code, 'Value')?.text ?? ''));
  const reason = child(fault, 'Reason')?.children[0]?.text ?? 'The server reported a fault.';
  const detail = child(fault, 'Detail')?.children.find((c) => c.local === 'WSManFault');
  const number = Number(detail?.attributes.find((a) => a.local === 'Code')?.value ?? 0);
  return new WsmanFault(value.replace(/^.*:/, '').trim(), number, reason.trim());
}
