import type { XmlElement } from '../../xml/element.ts';
import { attribute, child } from '../../xml/element.ts';
import { parseDuration } from '../envelope/duration.ts';
import { DELIVERY, NS } from '../envelope/namespaces.ts';
import { WsmanFault } from '../faults/fault.ts';
import { elementText } from '../objects/xml-text.ts';

export type DeliveryMode = keyof typeof DELIVERY;

/** Where events go to. */
export interface EventSink {
  readonly url: URL;
  /** Reference parameters that every delivery carries as headers: finished XML. */
  readonly headers: string;
}

/** A Subscribe's wishes, within our bounds (spec §8). */
export interface DeliveryRequest {
  readonly mode: DeliveryMode;
  readonly notifyTo: EventSink | null;
  readonly endTo: EventSink | null;
  readonly heartbeatMs: number | null;
  /** Batched delivery: most events of one message, and how long to gather them. */
  readonly maxElements: number;
  readonly maxTimeMs: number;
  readonly expiresMs: number;
}

export interface DeliveryBounds {
  readonly maxBatchItems: number;
  readonly maxSubscriptionMs: number;
  readonly minHeartbeatMs: number;
}

const MODES = new Map<string, DeliveryMode>(
  Object.entries(DELIVERY).map(([mode, uri]) => [uri.toLowerCase(), mode as DeliveryMode]),
);

const MAX_REFERENCE_CHARACTERS = 16_384;

/** @throws WsmanFault deliveryMode, schemaValidation, unsupportedFeature */
export function readDelivery(subscribe: XmlElement, bounds: DeliveryBounds, now: number): DeliveryRequest {
  const delivery = child(subscribe, 'Delivery', NS.eventing);
  const uri = delivery === undefined ? DELIVERY.push : (attribute(delivery, 'Mode')?.trim() ?? DELIVERY.push);
  const mode = MODES.get(uri.toLowerCase());
  if (mode === undefined)
    throw new WsmanFault('deliveryMode', `The delivery mode "${uri.slice(0, 200)}" is not available.`);
  const holder = delivery ?? subscribe;
  if (child(holder, 'Auth', NS.wsman) !== undefined && mode !== 'pull') {
    throw new WsmanFault('unsupportedFeature', 'Events are delivered without credentials: leave w:Auth out.');
  }
  const notify = child(holder, 'NotifyTo', NS.eventing);
  const end = child(subscribe, 'EndTo', NS.eventing);
  if (mode !== 'pull' && notify === undefined)
    throw new WsmanFault('schemaValidation', 'Push delivery needs e:NotifyTo.');
  return {
    mode,
    notifyTo: mode === 'pull' || notify === undefined ? null : readSink(notify),
    endTo: mode === 'pull' || end === undefined ? null : readSink(end),
    heartbeatMs: readHeartbeat(holder, bounds.minHeartbeatMs),
    maxElements: mode === 'events' ? readCount(child(holder, 'MaxElements')?.text, bounds.maxBatchItems) : 1,
    maxTimeMs: Math.min(duration(child(holder, 'MaxTime')?.text) ?? 0, 60_000),
    expiresMs: readExpires(child(subscribe, 'Expires', NS.eventing)?.text, bounds.maxSubscriptionMs, now),
  };
}

function readSink(holder: XmlElement): EventSink {
  const inner = child(holder, 'EndpointReference', NS.addressing) ?? holder;
  const address = child(inner, 'Address', NS.addressing)?.text.trim() ?? '';
  const url = URL.canParse(address) ? new URL(address) : null;
  if (
    url === null ||
    (url.protocol !== 'http:' && url.protocol !== 'https:') ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new WsmanFault(
      'deliveryMode',
      `Events cannot be delivered to "${address.slice(0, 200)}": give an http or https URL.`,
    );
  }
  const headers = inner.children
    .filter((c) => c.ns === NS.addressing && (c.local === 'ReferenceParameters' || c.local === 'ReferenceProperties'))
    .flatMap((c) => c.children)
    .map(elementText)
    .join('');
  if (headers.length > MAX_REFERENCE_CHARACTERS)
    throw new WsmanFault('quotaLimit', 'The reference parameters of the event sink are too long.');
  return { url, headers };
}

function duration(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = parseDuration(text);
  if (value === null || value < 0)
    throw new WsmanFault('schemaValidation', `"${text.trim().slice(0, 60)}" is no duration such as PT60S.`);
  return value;
}

function readHeartbeat(holder: XmlElement, least: number): number | null {
  const value = duration(child(holder, 'Heartbeats', NS.wsman)?.text);
  return value === null || value === 0 ? null : Math.max(value, least);
}

const readCount = (text: string | undefined, limit: number): number => {
  const count = Number((text ?? '').trim());
  return Number.isSafeInteger(count) && count > 0 ? Math.min(count, limit) : limit;
};

/** A duration or a point in time; absurd ones are cut to the bound (spec §8). */
function readExpires(text: string | undefined, bound: number, now: number): number {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return bound;
  const asDuration = parseDuration(trimmed);
  const left = asDuration ?? Date.parse(trimmed) - now;
  if (!Number.isFinite(left) || left <= 0)
    throw new WsmanFault('schemaValidation', `e:Expires "${trimmed.slice(0, 60)}" is not in the future.`);
  return Math.min(left, bound);
}
