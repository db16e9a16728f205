import type { CimInstance } from '../../cim/instance.ts';
import type { Subscription } from '../../cim/operations.ts';
import { escapeXml } from '../../xml/escape.ts';
import type { XmlElement } from '../../xml/element.ts';
import { formatDuration } from '../envelope/duration.ts';
import { ACTION, NS } from '../envelope/namespaces.ts';
import { PREFIXES, type Reply } from '../envelope/reply.ts';
import { allowedAddress } from '../../http/deliver.ts';
import { WsmanFault } from '../faults/fault.ts';
import { resolveTarget, type Target } from '../objects/target.ts';
import { isQueryDialect, operationBody, readFilter } from './enumerate-request.ts';
import type { ItemSource } from './item-source.ts';
import { type DeliveryRequest, type EventSink, readDelivery } from './event-delivery.ts';
import { EventSource } from './event-source.ts';
import { PushDelivery } from './push-delivery.ts';
import { asFault, type Call, type Handler, type WsmanService } from './service.ts';

const eventingReply = (action: string, body: string): Reply => ({
  action: `${action}Response`,
  prefixes: PREFIXES.eventing,
  header: '',
  body,
});

/** The event query: a WQL filter, or all events of the class that the resource URI names (spec §8). */
function eventQuery(target: Target, subscribe: XmlElement): string {
  const filter = readFilter(subscribe);
  if (filter !== null) {
    if (!isQueryDialect(filter.dialect)) throw new WsmanFault('eventFilter', 'Event filters are WQL queries.');
    return filter.element.text.trim();
  }
  if (target.class === null) throw new WsmanFault('eventFilter', 'The resource URI "*" needs an event query.');
  return `SELECT * FROM ${target.class.name}`;
}

/** Spec §8. */
export const subscribe: Handler = async (service, call) => {
  const body = operationBody(call.request, 'Subscribe', NS.eventing);
  const target = resolveTarget(service.broker.repository, call.request.resource, call.request.selectors);
  const delivery = readDelivery(body, service.limits, Date.now());
  const query = eventQuery(target, body);
  service.contexts.checkQuota(call.context.caller.name);
  const owner = call.context.caller.name;
  if (!(await service.subscriptions.outlasts(owner, () => checkSinks(service, call, delivery))))
    throw new WsmanFault('accessDenied', 'The account was changed or removed. Log in again.');
  const identifier = service.subscriptions.newIdentifier();
  const subscription = startSubscription(service, call, target, query);
  const writer = service.writers.for(target.family, call.request);
  const source = openSource(service, { identifier, subscription, delivery, render: (event) => writer.object(event) });
  service.subscriptions.add(identifier, owner, source, delivery.expiresMs, () => service.contexts.closeSource(source));
  const context = service.contexts.open(owner, source, idleTime(service, delivery));
  try {
    await tellChange(service, call, 'Subscribe', [target.schema.name, identifier, ...sinksOf(delivery)]);
  } catch (error) {
    // Nobody gets events of which the trail does not know.
    service.contexts.closeSource(source);
    throw error;
  }
  return eventingReply(ACTION.subscribe, subscribeBody(call, identifier, delivery, context));
};

/** Loopback, link-local and every other address that is not on the list are refused before anything starts. */
async function checkSinks(service: WsmanService, call: Call, delivery: DeliveryRequest): Promise<void> {
  const sinks = [delivery.notifyTo, delivery.endTo].filter((s): s is EventSink => s !== null);
  for (const { url } of sinks) {
    if ((await allowedAddress(url, service.subscriptions.allowDelivery)) === null) {
      await tellDenial(service, call, 'Subscribe', `delivery to ${url.origin} is not allowed`);
      throw new WsmanFault(
        'deliveryMode',
        `Delivery to ${url.host} is not allowed here. Use pull delivery, or ask the administrator to list this address.`,
      );
    }
  }
}

/** Without what follows the host: paths and queries of sinks may hold secrets. */
const sinksOf = ({ notifyTo }: DeliveryRequest): readonly string[] => (notifyTo === null ? [] : [notifyTo.url.origin]);

const tellChange = (
  service: WsmanService,
  { context: { caller, requestId } }: Call,
  what: string,
  objects: readonly string[],
): Promise<void> => service.changed({ caller, protocol: 'wsman', what, objects, requestId });

const tellDenial = (
  service: WsmanService,
  { context: { caller, requestId } }: Call,
  what: string,
  reason: string,
): Promise<void> => service.turnedAway({ caller, protocol: 'wsman', what, reason, requestId });

/** The subscription lives longer than the request that makes it: it has its own context. */
function startSubscription(service: WsmanService, call: Call, target: Target, query: string): Subscription {
  const context = { ...call.context, signal: new AbortController().signal };
  try {
    return service.broker.subscribe(context, target.schema.name, query);
  } catch (error) {
    throw asFault(error, {
      operation: 'ExecNotificationQuery',
      parameterInfo: query.slice(0, 2000),
      kind: 'subscribe',
    });
  }
}

interface SourceParts {
  readonly identifier: string;
  readonly subscription: Subscription;
  readonly delivery: DeliveryRequest;
  readonly render: (event: CimInstance) => string;
}

function openSource(service: WsmanService, parts: SourceParts): ItemSource {
  const { identifier, subscription, delivery, render } = parts;
  const onClose = (): void => service.subscriptions.forget(identifier);
  if (delivery.notifyTo === null)
    return new EventSource({ subscription, render, heartbeatMs: delivery.heartbeatMs, onClose });
  const push: PushDelivery = new PushDelivery({
    identifier,
    subscription,
    render,
    delivery,
    sink: delivery.notifyTo,
    allow: service.subscriptions.allowDelivery,
    onClose: () => {
      onClose();
      service.contexts.closeSource(push);
    },
    onFailure: (reason) =>
      service.subscriptions.log.warn({ subscription: identifier, reason }, 'events cannot be delivered'),
  });
  return push;
}

/** A consumer that missed three heartbeats, or two idle times without any, is gone (W-103). A push has no consumer here. */
function idleTime(service: WsmanService, delivery: DeliveryRequest): number {
  if (delivery.mode !== 'pull') return Number.POSITIVE_INFINITY;
  const { enumerationIdleMs } = service.limits;
  return delivery.heartbeatMs === null ? 2 * enumerationIdleMs : Math.max(3 * delivery.heartbeatMs, enumerationIdleMs);
}

function subscribeBody(call: Call, identifier: string, delivery: DeliveryRequest, context: string): string {
  const uri = call.request.resource?.text ?? '';
  const pull = delivery.mode === 'pull' ? `<n:EnumerationContext>${context}</n:EnumerationContext>` : '';
  return (
    `<e:SubscribeResponse><e:SubscriptionManager><a:Address>${escapeXml(call.endpointUrl)}</a:Address><a:ReferenceParameters>` +
    `<w:ResourceURI>${escapeXml(uri)}</w:ResourceURI><e:Identifier>${identifier}</e:Identifier></a:ReferenceParameters></e:SubscriptionManager>` +
    `<e:Expires>${formatDuration(delivery.expiresMs)}</e:Expires>${pull}</e:SubscribeResponse>`
  );
}

/** The identifier comes as a header, sometimes without a resource URI (spec §8). */
export const unsubscribe: Handler = async (service, call) => {
  const identifier = call.request.identifier ?? '';
  const source = service.subscriptions.find(identifier, call.context.caller.name);
  if (source === undefined) {
    if (service.subscriptions.isForeign(identifier, call.context.caller.name))
      await tellDenial(service, call, 'Unsubscribe', "somebody else's subscription");
    throw new WsmanFault('invalidSubscription');
  }
  service.contexts.closeSource(source);
  await tellChange(service, call, 'Unsubscribe', [identifier]);
  return eventingReply(ACTION.unsubscribe, '');
};

/** Windows refuses to renew; so do we (spec §5). */
export const renew: Handler = async () => {
  throw new WsmanFault('unableToRenew');
};
