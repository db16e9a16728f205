import { escapeXml } from '../xml/escape.ts';
import type { Reference } from './object.ts';
import { ANONYMOUS, NS } from './uris.ts';

/** A method argument: text as is, numbers and booleans printed, null as xsi:nil. */
export type ArgumentScalar = string | number | bigint | boolean | null | Reference;
/** A list becomes repeated elements. */
export type Argument = ArgumentScalar | readonly ArgumentScalar[];

export interface RequestParts {
  readonly action: string;
  readonly to: string;
  readonly resourceUri: string | null;
  readonly selectors?: Readonly<Record<string, string>>;
  /** XML of extra header blocks. */
  readonly headers?: string;
  /** XML of the body's content. */
  readonly body: string;
  /** Seconds the server may take. */
  readonly timeoutSeconds: number;
}

export function envelope(parts: RequestParts): string {
  const uri =
    parts.resourceUri === null
      ? ''
      : `<w:ResourceURI s:mustUnderstand="true">${escapeXml(parts.resourceUri)}</w:ResourceURI>`;
  return (
    `<s:Envelope xmlns:s="${NS.soap}" xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}" xmlns:n="${NS.enumeration}" xmlns:e="${NS.eventing}">` +
    `<s:Header><a:To>${escapeXml(parts.to)}</a:To>${uri}` +
    `<a:ReplyTo><a:Address s:mustUnderstand="true">${ANONYMOUS}</a:Address></a:ReplyTo>` +
    `<a:Action s:mustUnderstand="true">${escapeXml(parts.action)}</a:Action>` +
    `<a:MessageID>uuid:${messageId()}</a:MessageID>` +
    `<w:MaxEnvelopeSize s:mustUnderstand="true">8388608</w:MaxEnvelopeSize>` +
    `<w:OperationTimeout>PT${parts.timeoutSeconds}S</w:OperationTimeout>` +
    `${selectorSet(parts.selectors)}${parts.headers ?? ''}</s:Header><s:Body>${parts.body}</s:Body></s:Envelope>`
  );
}

const selectorSet = (selectors: Readonly<Record<string, string>> | undefined): string => {
  const entries = Object.entries(selectors ?? {});
  if (entries.length === 0) return '';
  const items = entries.map(
    ([name, value]) => `<w:Selector Name="${escapeXml(name)}">${escapeXml(value)}</w:Selector>`,
  );
  return `<w:SelectorSet>${items.join('')}</w:SelectorSet>`;
};

/** The contents of an endpoint reference, without a wrapper: how references stand inside a parameter. */
export const referenceContents = (reference: Reference): string =>
  `<a:Address>${ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>${escapeXml(reference.resourceUri)}</w:ResourceURI>` +
  `${selectorSet(reference.selectors)}</a:ReferenceParameters>`;

/** `<p:Method_INPUT>` with one element per argument, lists repeated. */
export function methodInput(resourceUri: string, method: string, args: Readonly<Record<string, Argument>>): string {
  const parts = Object.entries(args).flatMap(([name, value]) =>
    isList(value) ? value.map((item) => argument(name, item)) : [argument(name, value)],
  );
  return `<p:${method}_INPUT xmlns:p="${escapeXml(resourceUri)}">${parts.join('')}</p:${method}_INPUT>`;
}

export const isList = (value: Argument): value is readonly ArgumentScalar[] => Array.isArray(value);

function argument(name: string, value: ArgumentScalar): string {
  if (value === null) return `<p:${name} xmlns:xsi="${NS.xsi}" xsi:nil="true"/>`;
  if (typeof value === 'object') return `<p:${name}>${referenceContents(value)}</p:${name}>`;
  return `<p:${name}>${escapeXml(String(value))}</p:${name}>`;
}

/** A UUID of version 4 that need not be hard to guess: it names a message, and node:crypto takes a while to load. */
const messageId = (): string =>
  'XXXXXXXX-XXXX-4XXX-8XXX-XXXXXXXXXXXX'.replace(/X/g, () =>
    Math.floor(Math.random() * 16)
      .toString(16)
      .toUpperCase(),
  );
