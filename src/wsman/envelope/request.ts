import { attribute, child, children, type XmlElement } from '../../xml/element.ts';
import { WsmanFault } from '../faults/fault.ts';
import type { Charset } from '../../http/charset.ts';
import { parseDuration } from './duration.ts';
import { readSelectors, type Selector } from './endpoint-reference.ts';
import { ANONYMOUS, NS } from './namespaces.ts';
import { parseResourceUri, type ResourceUri } from './resource-uri.ts';
import { MAX_MESSAGE_ID, type SoapEnvelope } from './soap.ts';

export interface WsmanOption {
  readonly name: string;
  readonly value: string;
}

/** A request, its headers understood (spec §4). */
export interface SoapRequest {
  readonly charset: Charset;
  readonly action: string;
  readonly messageId: string;
  readonly resource: ResourceUri | null;
  readonly selectors: readonly Selector[];
  readonly options: readonly WsmanOption[];
  /** Bytes; null when the client gives no limit. */
  readonly maxEnvelopeSize: number | null;
  readonly operationTimeoutMs: number | null;
  readonly fragment: { readonly path: string; readonly dialect: string | null } | null;
  /** `e:Identifier` of a subscription. */
  readonly identifier: string | null;
  readonly wantsEpr: boolean;
  /** The MI client of Windows (CIM cmdlets): gets MSFT_WmiError in faults (spec §11). */
  readonly miClient: boolean;
  readonly preciseArrays: boolean;
  /** First child of Body. */
  readonly body: XmlElement | null;
}

const NON_NEGATIVE = /^\d{1,15}$/;

/** Namespaces whose headers this service knows; a mustUnderstand header outside this table is refused. */
const UNDERSTOOD: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [NS.addressing, new Set(['To', 'Action', 'MessageID', 'ReplyTo', 'FaultTo', 'From', 'RelatesTo'])],
  [
    NS.wsman,
    new Set([
      'ResourceURI',
      'SelectorSet',
      'OptionSet',
      'MaxEnvelopeSize',
      'OperationTimeout',
      'FragmentTransfer',
      'RequestEPR',
      'RequestTotalItemsCountEstimate',
      'AckRequested',
      'Locale',
    ]),
  ],
  [
    NS.microsoft,
    new Set([
      'DataLocale',
      'SessionId',
      'OperationID',
      'SequenceId',
      'ActivityId',
      'CompressionType',
      'OperationTimeout',
      'Locale',
    ]),
  ],
  [NS.eventing, new Set(['Identifier'])],
]);

/** Only the qualified attribute counts: ruby-winrm writes unqualified ones (spec §4). */
const mustUnderstand = (header: XmlElement): boolean | null => {
  const value = attribute(header, 'mustUnderstand', NS.soap)?.trim();
  return value === undefined ? null : value === 'true' || value === '1';
};

function checkUnderstood(headers: readonly XmlElement[]): void {
  for (const header of headers) {
    if (mustUnderstand(header) !== true) continue;
    if (UNDERSTOOD.get(header.ns)?.has(header.local) !== true) {
      throw new WsmanFault('mustUnderstand', `The header ${header.local.slice(0, 100)} is not understood.`, {
        notUnderstood: { ns: header.ns, local: header.local },
      });
    }
    if (header.local === 'Locale' || header.local === 'DataLocale') {
      throw new WsmanFault('locale', 'Only en-US texts are available: send the locale without mustUnderstand.');
    }
  }
}

function readMessageId(headers: readonly XmlElement[]): string {
  const id = find(headers, 'MessageID', NS.addressing)?.text.trim() ?? '';
  if (id === '') throw new WsmanFault('invalidHeader', 'a:MessageID is missing or empty.');
  if (id.length > MAX_MESSAGE_ID) throw new WsmanFault('invalidHeader', 'a:MessageID is longer than 2048 characters.');
  return id;
}

function checkReplyAddresses(headers: readonly XmlElement[]): void {
  for (const name of ['ReplyTo', 'FaultTo']) {
    const header = find(headers, name, NS.addressing);
    if (header === undefined) continue;
    const address = child(header, 'Address', NS.addressing)?.text.trim();
    if (address !== ANONYMOUS) throw new WsmanFault('addressingMode', `a:${name} must be ${ANONYMOUS}.`);
  }
}

/** Least value a client may ask for (spec §4). */
const MINIMUM_ENVELOPE = 8192;

function readMaxEnvelopeSize(headers: readonly XmlElement[]): number | null {
  const text = find(headers, 'MaxEnvelopeSize', NS.wsman)?.text.trim();
  if (text === undefined || text === '') return null;
  if (!NON_NEGATIVE.test(text)) throw new WsmanFault('invalidHeader', 'w:MaxEnvelopeSize is no number of bytes.');
  const size = Number(text);
  if (size < MINIMUM_ENVELOPE) throw new WsmanFault('minimumEnvelope');
  return size;
}

function readTimeout(headers: readonly XmlElement[]): number | null {
  const text = find(headers, 'OperationTimeout', NS.wsman)?.text;
  if (text === undefined) return null;
  const duration = parseDuration(text);
  if (duration === null || duration <= 0) {
    throw new WsmanFault('invalidTimeout', 'w:OperationTimeout must be a positive xs:duration such as PT60S.');
  }
  return duration;
}

function readFragment(headers: readonly XmlElement[]): SoapRequest['fragment'] {
  const header = find(headers, 'FragmentTransfer', NS.wsman);
  if (header === undefined) return null;
  if (mustUnderstand(header) === false) {
    throw new WsmanFault('invalidHeader', 'w:FragmentTransfer must be sent with s:mustUnderstand="true".');
  }
  return { path: header.text.trim(), dialect: attribute(header, 'Dialect')?.trim() ?? null };
}

function readOptions(headers: readonly XmlElement[]): WsmanOption[] {
  const set = find(headers, 'OptionSet', NS.wsman);
  if (set === undefined) return [];
  return children(set, 'Option')
    .slice(0, 512)
    .map((option) => ({ name: (attribute(option, 'Name') ?? '').trim(), value: option.text.trim() }));
}

const find = (headers: readonly XmlElement[], local: string, ns: string): XmlElement | undefined =>
  headers.find((h) => h.local === local && h.ns === ns);

/** Value of an option by name without regard to case. */
export const option = (request: Pick<SoapRequest, 'options'>, name: string): string | undefined =>
  request.options.find((o) => o.name.toLowerCase() === name.toLowerCase())?.value;

export const isTrue = (value: string | undefined): boolean => value !== undefined && /^(?:true|1)$/i.test(value.trim());

/** @throws WsmanFault */
export function readRequest(envelope: SoapEnvelope): SoapRequest {
  const headers = envelope.header;
  checkUnderstood(headers);
  const action = find(headers, 'Action', NS.addressing)?.text.trim() ?? '';
  if (action === '') throw new WsmanFault('headerRequired', 'The header a:Action is required.');
  const messageId = readMessageId(headers);
  checkReplyAddresses(headers);
  const uri = find(headers, 'ResourceURI', NS.wsman)?.text.trim() ?? '';
  const parsed = uri === '' ? null : parseResourceUri(uri);
  const selectors = readSelectors(find(headers, 'SelectorSet', NS.wsman));
  for (const [name, value] of parsed?.query ?? []) selectors.push({ name, value });
  const options = readOptions(headers);
  const preciseArrays = isTrue(option({ options }, 'msftwinrm:UsePreciseArrays'));
  return {
    charset: envelope.charset,
    action,
    messageId,
    resource: parsed?.resource ?? null,
    selectors,
    options,
    maxEnvelopeSize: readMaxEnvelopeSize(headers),
    operationTimeoutMs: readTimeout(headers),
    fragment: readFragment(headers),
    identifier: find(headers, 'Identifier', NS.eventing)?.text.trim() ?? null,
    wantsEpr: find(headers, 'RequestEPR', NS.wsman) !== undefined,
    miClient: preciseArrays || find(headers, 'OperationID', NS.microsoft) !== undefined,
    preciseArrays,
    body: envelope.body,
  };
}
