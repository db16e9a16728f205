import { escapeXml } from '../../xml/escape.ts';
import { ACTION, ANONYMOUS, NS } from '../envelope/namespaces.ts';
import { newMessageId } from '../envelope/reply.ts';
import type { EventSink } from './event-delivery.ts';

/** Messages that we send to event sinks (spec §8). */

function envelope(sink: EventSink, action: string, header: string, body: string): string {
  return (
    `<s:Envelope xml:lang="en-US" xmlns:s="${NS.soap}" xmlns:a="${NS.addressing}" xmlns:e="${NS.eventing}" xmlns:n="${NS.enumeration}" xmlns:w="${NS.wsman}" xmlns:p="${NS.microsoft}">` +
    `<s:Header><a:To>${escapeXml(sink.url.href)}</a:To><a:ReplyTo><a:Address>${ANONYMOUS}</a:Address></a:ReplyTo>` +
    `<a:Action>${action}</a:Action><a:MessageID>${newMessageId()}</a:MessageID>${sink.headers}${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

const acknowledged = (ack: boolean): string => (ack ? '<w:AckRequested/>' : '');

export const eventEnvelope = (sink: EventSink, event: string, ack: boolean): string =>
  envelope(sink, ACTION.event, acknowledged(ack), event);

export const eventsEnvelope = (sink: EventSink, events: readonly string[]): string =>
  envelope(
    sink,
    ACTION.events,
    acknowledged(true),
    `<w:Events>${events.map((e) => `<w:Event Action="${ACTION.event}">${e}</w:Event>`).join('')}</w:Events>`,
  );

export const heartbeatEnvelope = (sink: EventSink, ack: boolean): string =>
  envelope(sink, ACTION.heartbeat, acknowledged(ack), '');

/** What stands for events that were lost (DSP0226, DroppedEvents). */
export const droppedEvents = (count: number): string =>
  `<w:DroppedEvents Action="${ACTION.droppedEvents}">${count}</w:DroppedEvents>`;

export const droppedEnvelope = (sink: EventSink, count: number, ack: boolean): string =>
  envelope(sink, ACTION.droppedEvents, acknowledged(ack), droppedEvents(count));

export type EndStatus = 'DeliveryFailure' | 'SourceShuttingDown' | 'SourceCancelling';

export const endEnvelope = (sink: EventSink, identifier: string, status: EndStatus, reason: string): string =>
  envelope(
    sink,
    ACTION.subscriptionEnd,
    '',
    `<e:SubscriptionEnd><e:SubscriptionManager><a:Address>${ANONYMOUS}</a:Address><a:ReferenceParameters><e:Identifier>${identifier}</e:Identifier></a:ReferenceParameters></e:SubscriptionManager>` +
      `<e:Status>${NS.eventing}/${status}</e:Status><e:Reason xml:lang="en-US">${escapeXml(reason)}</e:Reason></e:SubscriptionEnd>`,
  );
