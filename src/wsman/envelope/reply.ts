import { randomUUID } from 'node:crypto';
import { escapeXml } from '../../xml/escape.ts';
import { type Charset, encodedLength } from '../../http/charset.ts';
import { ANONYMOUS, type EnvelopePrefix, PREFIX } from './namespaces.ts';

/** What an operation answers; `header` and `body` are finished XML. */
export interface Reply {
  readonly action: string;
  readonly prefixes: readonly EnvelopePrefix[];
  readonly header: string;
  readonly body: string;
}

/** The order in which WinRM declares its prefixes. */
const ORDER: readonly EnvelopePrefix[] = ['s', 'a', 'x', 'e', 'n', 'w', 'p'];

const opening = (prefixes: readonly EnvelopePrefix[]): string =>
  `<s:Envelope xml:lang="en-US"${ORDER.filter((p) => prefixes.includes(p))
    .map((p) => ` xmlns:${p}="${PREFIX[p]}"`)
    .join('')}><s:Header>`;

/** Sets of prefixes by kind of reply (spec §2). */
export const PREFIXES = {
  transfer: ['s', 'a', 'x', 'w', 'p'],
  enumeration: ['s', 'a', 'n', 'w', 'p'],
  eventing: ['s', 'a', 'e', 'n', 'w', 'p'],
  fault: ['s', 'a', 'x', 'e', 'n', 'w', 'p'],
} as const satisfies Record<string, readonly EnvelopePrefix[]>;

const OPENINGS = new Map<readonly EnvelopePrefix[], string>(
  Object.values(PREFIXES).map((prefixes) => [prefixes, opening(prefixes)]),
);

/** A fresh message id as Windows writes it. */
export const newMessageId = (): string => `uuid:${randomUUID().toUpperCase()}`;

/** `relatesTo` null: the request's id could not be read. */
export function writeEnvelope(reply: Reply, relatesTo: string | null): string {
  const open = OPENINGS.get(reply.prefixes) ?? opening(reply.prefixes);
  const related = relatesTo === null ? '' : `<a:RelatesTo>${escapeXml(relatesTo)}</a:RelatesTo>`;
  return `${open}<a:Action>${escapeXml(reply.action)}</a:Action><a:MessageID>${newMessageId()}</a:MessageID><a:To>${ANONYMOUS}</a:To>${related}${reply.header}</s:Header><s:Body>${reply.body}</s:Body></s:Envelope>`;
}

/** Most bytes that an envelope takes besides its items: what Pull must leave room for. */
export const envelopeOverhead = (relatesTo: string, charset: Charset): number =>
  (charset === 'utf-16' ? 2 : 1) * 1536 + encodedLength(escapeXml(relatesTo), charset);
