import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, test } from 'node:test';
import { CimInstance } from '../../src/cim/instance.ts';
import { attribute, type XmlElement } from '../../src/xml/element.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { WsmanClient } from '../../src/client/client.ts';
import { allowedAddress } from '../../src/http/deliver.ts';
import type { WsmanServerOptions } from '../../src/wsman/endpoint/server.ts';
import { elementText } from '../../src/wsman/objects/xml-text.ts';
import { startEndpoint, type SoapReply, type TestEndpoint } from './kit/endpoint.ts';
import { at, ENUM, envelope, enumerateRequest, EVENT, pullRequest, textAt, WMI, wqlFilter } from './kit/envelopes.ts';
import { ACK, EventSinkServer } from './kit/sink.ts';
import { GUIDS, V2 } from './kit/world.ts';

const ANY = `${WMI}/*`;
const PULL = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull';
const PUSH = 'http://schemas.xmlsoap.org/ws/2004/08/eventing/DeliveryModes/Push';
const ACKED = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/PushWithAck';
const EVENTS = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Events';
const QUERY = "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Msvm_ComputerSystem'";
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

interface SubscribeParts {
  readonly mode?: string;
  readonly delivery?: string;
  readonly more?: string;
  readonly query?: string | null;
  readonly uri?: string;
}

const subscribeRequest = ({
  mode = PULL,
  delivery = '',
  more = '',
  query = QUERY,
  uri = ANY,
}: SubscribeParts = {}): string =>
  envelope({
    action: `${EVENT}/Subscribe`,
    uri,
    body: `<e:Subscribe><e:Delivery Mode="${mode}">${delivery}</e:Delivery>${more}${query === null ? '' : wqlFilter(query)}<w:SendBookmarks/></e:Subscribe>`,
  });

const identifierOf = (reply: SoapReply): string =>
  textAt(reply.body, 'SubscriptionManager', 'ReferenceParameters', 'Identifier') ?? '';
const contextOf = (body: XmlElement | null): string => textAt(body, 'EnumerationContext') ?? '';
const unsubscribeRequest = (identifier: string, uri: string | null = null): string =>
  envelope({
    action: `${EVENT}/Unsubscribe`,
    uri,
    headers: `<e:Identifier>${identifier}</e:Identifier>`,
    body: '<e:Unsubscribe/>',
  });
const timeout = (text: string): { headers: string } => ({
  headers: `<w:OperationTimeout>${text}</w:OperationTimeout>`,
});
const pullEvents = (context: string, time = 'PT30S', inner = ''): string =>
  pullRequest(ANY, context, inner, timeout(time));

const start = (options: Partial<WsmanServerOptions> = {}): Promise<TestEndpoint> =>
  startEndpoint({ ...options, limits: { minHeartbeatMs: 10, ...options.limits } });

const code = (reply: SoapReply): string => {
  const fault = at(reply.body, 'Detail', 'WSManFault');
  return fault === undefined ? `${reply.status}` : (attribute(fault, 'Code') ?? '');
};

/** A guest changes its state. */
function change(endpoint: TestEndpoint, state = 3): void {
  const previous = endpoint.world.systems.instances[1]!;
  endpoint.world.changes.change({ previous, current: previous.with({ EnabledState: state }) });
}

async function subscribe(endpoint: TestEndpoint, parts: SubscribeParts = {}): Promise<SoapReply> {
  const reply = await endpoint.soap(subscribeRequest(parts));
  assert.equal(reply.status, 200, reply.text);
  return reply;
}

describe('eventing, pull delivery', () => {
  test('W-094 the reply has the manager with the identifier, Expires, and a context; e and n on the Envelope', async () => {
    await using endpoint = await start();
    const reply = await subscribe(endpoint, { more: '<e:Expires>PT10M</e:Expires>' });
    assert.equal(reply.body?.local, 'SubscribeResponse');
    assert.deepEqual(
      reply.body?.children.map((c) => c.local),
      ['SubscriptionManager', 'Expires', 'EnumerationContext'],
    );
    assert.match(textAt(reply.body, 'SubscriptionManager', 'Address') ?? '', /^http:\/\/127\.0\.0\.1:\d+\/wsman$/);
    assert.equal(textAt(reply.body, 'SubscriptionManager', 'ReferenceParameters', 'ResourceURI'), ANY);
    assert.match(identifierOf(reply), /^[0-9A-F-]{36}$/);
    assert.equal(textAt(reply.body, 'Expires'), 'PT600.000S');
    assert.match(reply.text, /<s:Envelope[^>]* xmlns:e="[^"]+"[^>]* xmlns:n="[^"]+"/);
    assert.equal(textAt(reply.header, 'Action'), `${EVENT}/SubscribeResponse`);
  });

  test('W-095 an event arrives with its embedded instances', async () => {
    await using endpoint = await start();
    const subscribed = await subscribe(endpoint);
    const pending = endpoint.soap(pullEvents(contextOf(subscribed.body)));
    change(endpoint, 3);
    const reply = await pending;
    const event = at(reply.body, 'Items')!.children[0]!;
    assert.equal(event.local, '__InstanceModificationEvent');
    assert.equal(event.ns, `${WMI}/__InstanceModificationEvent`);
    assert.equal(attribute(event, 'type', XSI), 'p:__InstanceModificationEvent_Type');
    assert.equal(textAt(event, 'TargetInstance', 'EnabledState'), '3');
    assert.equal(textAt(event, 'PreviousInstance', 'EnabledState'), '2');
    assert.equal(attribute(at(event, 'TargetInstance')!, 'type', XSI), 'p1:Msvm_ComputerSystem_Type');
    assert.match(textAt(event, 'TIME_CREATED') ?? '', /^\d{18}$/);
    assert.match(contextOf(reply.body), /^uuid:/);
    assert.notEqual(contextOf(reply.body), contextOf(subscribed.body));
  });

  test('W-095 CIM indications of what was made, changed and removed, each with its instances', async () => {
    await using endpoint = await start();
    const about = (className: string): Promise<SoapReply> =>
      subscribe(endpoint, { query: `SELECT * FROM ${className} WHERE SourceInstance ISA 'Msvm_ComputerSystem'` });
    const pull = async (subscribed: SoapReply): Promise<readonly XmlElement[]> => {
      const context = contextOf(subscribed.body);
      const reply = await endpoint.soap(pullEvents(context, 'PT30S', '<n:MaxElements>20</n:MaxElements>'));
      return at(reply.body, 'Items')?.children ?? [];
    };
    const created = await about('CIM_InstCreation');
    const modified = await about('CIM_InstModification');
    const deleted = await about('CIM_InstDeletion');
    const all = await about('CIM_InstIndication');
    const { changes, systems } = endpoint.world;
    const known = systems.instances[1]!;
    const made = known.with({ Name: GUIDS[2], EnabledState: 3 });
    changes.change({ previous: null, current: made });
    changes.change({ previous: known, current: known.with({ EnabledState: 3 }) });
    changes.change({ previous: made, current: null });

    const expected = [
      { subscribed: created, local: 'CIM_InstCreation', source: [GUIDS[2], '3'], previous: undefined },
      { subscribed: modified, local: 'CIM_InstModification', source: [GUIDS[0], '3'], previous: '2' },
      { subscribed: deleted, local: 'CIM_InstDeletion', source: [GUIDS[2], '3'], previous: undefined },
    ];
    for (const { subscribed, local, source, previous } of expected) {
      const events = await pull(subscribed);
      assert.equal(events.length, 1, `${local}: only its kind`);
      const event = events[0]!;
      assert.deepEqual([event.local, event.ns], [local, `${WMI}/${local}`]);
      assert.equal(attribute(event, 'type', XSI), `p:${local}_Type`);
      assert.equal(attribute(at(event, 'SourceInstance')!, 'type', XSI), 'p1:Msvm_ComputerSystem_Type');
      const told = ['Name', 'EnabledState'].map((name) => textAt(event, 'SourceInstance', name));
      assert.deepEqual(told, source, local);
      assert.equal(textAt(event, 'PreviousInstance', 'EnabledState'), previous, local);
      assert.match(textAt(event, 'IndicationTime', 'Datetime') ?? textAt(event, 'IndicationTime') ?? '', /^\d{4}/);
    }
    assert.deepEqual(
      (await pull(all)).map(({ local }) => local),
      expected.map(({ local }) => local),
    );
  });

  test('W-095 events wait for the next Pull; without MaxElements each Pull takes one', async () => {
    await using endpoint = await start();
    let context = contextOf((await subscribe(endpoint)).body);
    for (const state of [3, 4, 6, 9]) change(endpoint, state);
    const first = await endpoint.soap(pullEvents(context));
    assert.equal(at(first.body, 'Items')!.children.length, 1);
    context = contextOf(first.body);
    const rest = await endpoint.soap(pullEvents(context, 'PT30S', '<n:MaxElements>20</n:MaxElements>'));
    assert.deepEqual(
      at(rest.body, 'Items')!.children.map((c) => textAt(c, 'TargetInstance', 'EnabledState')),
      ['4', '6', '9'],
    );
  });

  test('W-095 events that do not fit into the envelope come with the next Pull', async () => {
    await using endpoint = await start();
    let context = contextOf((await subscribe(endpoint)).body);
    for (let i = 0; i < 5; i++) change(endpoint, 3 + i);
    const states: (string | undefined)[] = [];
    for (let pulls = 0; pulls < 5 && states.length < 5; pulls++) {
      const reply = await endpoint.soap(
        pullRequest(ANY, context, '<n:MaxElements>20</n:MaxElements>', {
          headers: '<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize><w:OperationTimeout>PT30S</w:OperationTimeout>',
        }),
      );
      assert.equal(reply.status, 200, reply.text);
      assert.ok(reply.http.body.length <= 8192);
      states.push(...at(reply.body, 'Items')!.children.map((c) => textAt(c, 'TargetInstance', 'EnabledState')));
      context = contextOf(reply.body);
    }
    assert.deepEqual(states, ['3', '4', '5', '6', '7']);
  });

  test('W-095 indications of an event class without a query', async () => {
    await using endpoint = await start();
    const context = contextOf((await subscribe(endpoint, { uri: `${WMI}/Msvm_StorageAlert`, query: null })).body);
    const cimClass = endpoint.world.repository.namespace(V2)!.class('Msvm_StorageAlert')!;
    endpoint.world.changes.event(new CimInstance(cimClass, {}));
    const reply = await endpoint.soap(pullEvents(context));
    assert.equal(at(reply.body, 'Items')!.children[0]?.local, 'Msvm_StorageAlert');
  });

  test('W-097 a client that is cut off while it waits goes on by the context that it has', async () => {
    await using endpoint = await start();
    const context = contextOf((await subscribe(endpoint, { delivery: '<w:Heartbeats>PT20S</w:Heartbeats>' })).body);
    const agent = new Agent({ keepAlive: true });
    const BUSY = '2150858758';
    const waiting = (async () => {
      while (code(await endpoint.soap(pullEvents(context, 'PT60S'), { agent })) === BUSY);
    })();
    const pull = (): Promise<SoapReply> => endpoint.soap(pullEvents(context, 'PT0.05S'));
    while (code(await pull()) !== BUSY);
    agent.destroy();
    await assert.rejects(waiting);
    // Until the service has seen that it is gone.
    while (code(await pull()) === BUSY);
    change(endpoint);
    const reply = await pull();
    assert.equal(reply.status, 200, reply.text);
    assert.equal(at(reply.body, 'Items')?.children.length, 1);
  });

  test('W-095 events that were lost because nobody pulled are told by their number, before those that are left', async () => {
    await using endpoint = await start();
    const context = contextOf((await subscribe(endpoint)).body);
    for (let i = 0; i < 1003; i += 1) change(endpoint, i);
    const reply = await endpoint.soap(pullEvents(context, 'PT30S', '<n:MaxElements>2</n:MaxElements>'));
    const [lost, first] = at(reply.body, 'Items')?.children ?? [];
    assert.deepEqual(
      [lost?.local, lost?.ns, lost?.text, attribute(lost!, 'Action')],
      [
        'DroppedEvents',
        'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
        '3',
        'http://schemas.dmtf.org/wbem/wsman/1/wsman/DroppedEvents',
      ],
    );
    assert.equal(textAt(first, 'TargetInstance', 'EnabledState'), '3');
    const next = await endpoint.soap(pullEvents(contextOf(reply.body), 'PT30S', '<n:MaxElements>1</n:MaxElements>'));
    assert.equal(textAt(at(next.body, 'Items')?.children[0], 'TargetInstance', 'EnabledState'), '4', 'told once');
  });

  test('W-095 our own client tells of events that were lost', async () => {
    await using endpoint = await start();
    const client = new WsmanClient({ url: endpoint.url, user: 'admin', password: 'secret' });
    const events = await client.subscribe(QUERY);
    for (let i = 0; i < 1001; i += 1) change(endpoint, i);
    assert.deepEqual((await events.next()).value, { className: 'DroppedEvents', properties: { Count: '1' } });
    const next: unknown = (await events.next()).value;
    assert.ok(typeof next === 'object' && next !== null && 'className' in next);
    assert.equal(next.className, '__InstanceModificationEvent');
    await events.return(undefined);
    client.close();
  });

  test('W-096 a heartbeat is an empty n:Items with a context', async () => {
    await using endpoint = await start();
    const subscribed = await subscribe(endpoint, { delivery: '<w:Heartbeats>PT0.02S</w:Heartbeats>' });
    const reply = await endpoint.soap(pullEvents(contextOf(subscribed.body)));
    assert.equal(reply.status, 200);
    assert.deepEqual(
      reply.body?.children.map((c) => c.local),
      ['EnumerationContext', 'Items'],
    );
    assert.equal(at(reply.body, 'Items')!.children.length, 0);
    change(endpoint);
    const next = await endpoint.soap(pullEvents(contextOf(reply.body)));
    assert.equal(at(next.body, 'Items')!.children.length, 1);
  });

  test('W-097 no event in the operation’s time: TimedOut, and the context survives', async () => {
    await using endpoint = await start();
    const context = contextOf((await subscribe(endpoint)).body);
    const reply = await endpoint.soap(pullEvents(context, 'PT0.02S'));
    assert.equal(textAt(reply.body, 'Code', 'Subcode', 'Value'), 'w:TimedOut');
    assert.equal(code(reply), '2150858793');
    change(endpoint);
    assert.equal((await endpoint.soap(pullEvents(context))).status, 200);
  });

  test('W-098 Unsubscribe has an empty body, ends the subscription and a Pull that waits; again it is a fault', async () => {
    await using endpoint = await start();
    const subscribed = await subscribe(endpoint);
    const pending = endpoint.soap(pullEvents(contextOf(subscribed.body)));
    const reply = await endpoint.soap(unsubscribeRequest(identifierOf(subscribed), ANY));
    assert.equal(reply.status, 200);
    assert.equal(reply.body, null);
    assert.equal(textAt(reply.header, 'Action'), `${EVENT}/UnsubscribeResponse`);
    assert.equal(code(await pending), '2150858779');
    assert.equal(endpoint.world.changes.watchers, 0);
    assert.equal((await endpoint.soap(unsubscribeRequest(identifierOf(subscribed)))).status, 500);
  });

  test('W-098 nobody unsubscribes or pulls for another user', async () => {
    await using endpoint = await start();
    const subscribed = await subscribe(endpoint);
    assert.equal((await endpoint.soap(unsubscribeRequest(identifierOf(subscribed)), { user: 'other' })).status, 500);
    assert.equal(code(await endpoint.soap(pullEvents(contextOf(subscribed.body)), { user: 'other' })), '2150858779');
    assert.equal((await endpoint.soap(unsubscribeRequest(identifierOf(subscribed)))).status, 200);
  });

  test('W-099 a subscription ends when it expires', async () => {
    await using endpoint = await start();
    const subscribed = await subscribe(endpoint, { more: '<e:Expires>PT0.05S</e:Expires>' });
    assert.equal(textAt(subscribed.body, 'Expires'), 'PT0.050S');
    assert.equal(code(await endpoint.soap(pullEvents(contextOf(subscribed.body)))), '2150858779');
    assert.equal(endpoint.world.changes.watchers, 0);
  });

  for (const [expires, expected] of [
    ['PT3759670629.777S', 'PT86400.000S'],
    ['2199-01-01T00:00:00Z', 'PT86400.000S'],
  ] as const) {
    test(`W-099 Expires ${expires} is cut to the bound`, async () => {
      await using endpoint = await start();
      assert.equal(
        textAt((await subscribe(endpoint, { more: `<e:Expires>${expires}</e:Expires>` })).body, 'Expires'),
        expected,
      );
    });
  }

  test('W-099 Expires in the past, or no time at all, is a fault', async () => {
    await using endpoint = await start();
    for (const expires of ['2001-01-01T00:00:00Z', '-PT5S', 'PT0S', 'later']) {
      assert.equal(
        code(await endpoint.soap(subscribeRequest({ more: `<e:Expires>${expires}</e:Expires>` }))),
        '2150858819',
        expires,
      );
    }
    assert.equal(endpoint.world.changes.watchers, 0);
  });

  test('W-100 an unknown delivery mode: DeliveryModeRequestedUnavailable 2150858782', async () => {
    await using endpoint = await start();
    const reply = await endpoint.soap(subscribeRequest({ mode: 'urn:pigeon' }));
    assert.equal(textAt(reply.body, 'Code', 'Subcode', 'Value'), 'e:DeliveryModeRequestedUnavailable');
    assert.equal(code(reply), '2150858782');
    assert.equal(textAt(reply.header, 'Action'), `${EVENT}/fault`);
  });

  for (const query of [
    'SELECT * FROM',
    'SELECT * FROM Msvm_ComputerSystem',
    "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Nope' AND",
    '',
  ]) {
    test(`W-101 the event query "${query}" is refused`, async () => {
      await using endpoint = await start();
      const reply = await endpoint.soap(subscribeRequest({ query }));
      assert.equal(textAt(reply.body, 'Code', 'Subcode', 'Value'), 'e:FilteringRequestedUnavailable');
      assert.equal(code(reply), '2150858786');
    });
  }

  test('W-103 a subscription dies when its consumer no longer pulls', async () => {
    let clock = 0;
    await using endpoint = await start({ now: () => clock });
    const subscribed = await subscribe(endpoint);
    assert.equal(endpoint.world.changes.watchers, 1);
    clock += 119_000;
    await endpoint.soap(enumerateRequest(`${WMI}/Msvm_ComputerSystem`));
    assert.equal(endpoint.world.changes.watchers, 1);
    clock += 2_000;
    await endpoint.soap(enumerateRequest(`${WMI}/Msvm_ComputerSystem`));
    assert.equal(endpoint.world.changes.watchers, 0);
    assert.equal(code(await endpoint.soap(pullEvents(contextOf(subscribed.body)))), '2150858779');
  });

  test('a second Pull, and Release, while a Pull waits are refused; it goes on', async () => {
    await using endpoint = await start();
    const context = contextOf((await subscribe(endpoint)).body);
    const pending = endpoint.soap(pullEvents(context));
    const probe = async (): Promise<SoapReply> => {
      let reply = await endpoint.soap(pullEvents(context, 'PT0.01S'));
      while (code(reply) === '2150858793') reply = await endpoint.soap(pullEvents(context, 'PT0.01S'));
      return reply;
    };
    assert.equal(code(await probe()), '2150858758');
    const release = envelope({
      action: `${ENUM}/Release`,
      uri: ANY,
      body: `<n:Release><n:EnumerationContext>${context}</n:EnumerationContext></n:Release>`,
    });
    assert.equal(code(await endpoint.soap(release)), '2150858802');
    change(endpoint);
    assert.equal((await pending).status, 200);
  });

  test('subscriptions count as open operations of their user', async () => {
    await using endpoint = await start({ limits: { maxOperationsPerUser: 2 } });
    await subscribe(endpoint);
    await subscribe(endpoint);
    assert.equal(code(await endpoint.soap(subscribeRequest())), '2150859174');
    assert.equal(endpoint.world.changes.watchers, 1);
  });

  test('a subscription of which the audit trail refuses the record is not made', async () => {
    let refusals = 1;
    const changed = async (): Promise<void> => {
      if (refusals-- > 0) throw new Error('The trail refuses.');
    };
    await using endpoint = await start({ changed, limits: { maxOperationsPerUser: 1 } });
    assert.equal((await endpoint.soap(subscribeRequest())).status, 500);
    // It would count as an open operation.
    await subscribe(endpoint);
    assert.notEqual((await endpoint.soap(subscribeRequest())).status, 200);
  });

  test('closing the server ends its subscriptions', async () => {
    const endpoint = await start();
    await subscribe(endpoint);
    await endpoint[Symbol.asyncDispose]();
    assert.equal(endpoint.world.changes.watchers, 0);
  });
});

describe('eventing, push delivery', () => {
  const loopback: Partial<WsmanServerOptions> = { allowDelivery: ({ address }) => address === '127.0.0.1' };
  const notify = (url: string, more = ''): string =>
    `<e:NotifyTo><a:Address>${url}</a:Address><a:ReferenceParameters><y:Ticket xmlns:y="urn:y" y:k="1">A &amp; B</y:Ticket></a:ReferenceParameters></e:NotifyTo>${more}`;

  test('W-102 Push sends one event per message, to the address and with the headers that were asked for', async () => {
    await using sink = await EventSinkServer.start((response) => response.end());
    await using endpoint = await start(loopback);
    const reply = await subscribe(endpoint, { mode: PUSH, delivery: notify(sink.url) });
    assert.equal(at(reply.body, 'EnumerationContext'), undefined);
    change(endpoint, 3);
    change(endpoint, 2);
    const [first, second] = await sink.received(2);
    assert.equal(first?.action, 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Event');
    assert.equal(first?.body?.local, '__InstanceModificationEvent');
    assert.equal(textAt(first?.body, 'TargetInstance', 'Name'), GUIDS[0]);
    assert.equal(textAt(first?.header, 'To'), sink.url);
    assert.equal(textAt(first?.header, 'Ticket'), 'A & B');
    assert.equal(at(first?.header, 'AckRequested'), undefined);
    assert.equal(textAt(second?.body, 'TargetInstance', 'EnabledState'), '2');
    assert.equal((await endpoint.soap(unsubscribeRequest(identifierOf(reply)))).status, 200);
    assert.equal(endpoint.world.changes.watchers, 0);
  });

  test('W-102 attributes of the headers that were asked for keep their prefix where it is fixed', () => {
    const ticket = '<y:T xmlns:y="urn:y" xmlns:z="urn:z" xml:lang="de" z:a="1" b="2">x</y:T>';
    assert.equal(elementText(parseXml(ticket)), '<T xmlns="urn:y" xml:lang="de" xmlns:q0="urn:z" q0:a="1" b="2">x</T>');
  });

  test('W-102 Push asks no more of a sink than 200: what it says is its own affair', async () => {
    await using sink = await EventSinkServer.start((response) => response.end('<html>Thank you, all well & good'));
    await using endpoint = await start(loopback);
    await subscribe(endpoint, { mode: PUSH, delivery: notify(sink.url) });
    for (const state of [3, 2, 4]) change(endpoint, state);
    const states = (await sink.received(3)).map(({ body }) => textAt(body, 'TargetInstance', 'EnabledState'));
    assert.deepEqual(states, ['3', '2', '4'], 'each once');
    assert.equal(endpoint.world.changes.watchers, 1, 'the subscription goes on');
  });

  test('W-102 PushWithAck asks for the acknowledgement and sends the next event after it', async () => {
    let release: () => void = () => undefined;
    await using sink = await EventSinkServer.start((response) => {
      release = () => response.end(ACK);
    });
    await using endpoint = await start(loopback);
    await subscribe(endpoint, { mode: ACKED, delivery: notify(sink.url) });
    change(endpoint, 3);
    change(endpoint, 2);
    const [first] = await sink.received(1);
    assert.ok(at(first?.header, 'AckRequested'));
    assert.equal(sink.delivered.length, 1);
    release();
    assert.equal((await sink.received(2)).length, 2);
    release();
  });

  test('W-102 Events sends batches', async () => {
    await using sink = await EventSinkServer.start((response) => response.end(ACK));
    await using endpoint = await start(loopback);
    await subscribe(endpoint, {
      mode: EVENTS,
      delivery: notify(sink.url, '<w:MaxElements>2</w:MaxElements><w:MaxTime>PT5S</w:MaxTime>'),
    });
    for (const state of [3, 4, 6, 9]) change(endpoint, state);
    const messages = await sink.received(2);
    for (const message of messages) {
      assert.equal(message.action, 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Events');
      assert.equal(message.body?.local, 'Events');
      assert.deepEqual(
        message.body?.children.map((e) => e.local),
        ['Event', 'Event'],
      );
    }
  });

  test('W-102 heartbeats are sent while nothing happens', async () => {
    await using sink = await EventSinkServer.start((response) => response.end());
    await using endpoint = await start(loopback);
    await subscribe(endpoint, { mode: PUSH, delivery: notify(sink.url, '<w:Heartbeats>PT0.02S</w:Heartbeats>') });
    const [first] = await sink.received(2);
    assert.equal(first?.action, 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Heartbeat');
  });

  test('W-102 a sink that does not acknowledge ends the subscription, and EndTo is told', async () => {
    await using end = await EventSinkServer.start((response) => response.end());
    await using sink = await EventSinkServer.start((response) => response.end());
    await using endpoint = await start(loopback);
    await subscribe(endpoint, {
      mode: ACKED,
      delivery: notify(sink.url),
      more: `<e:EndTo><a:Address>${end.url}</a:Address></e:EndTo>`,
    });
    change(endpoint);
    const [message] = await end.received(1);
    assert.equal(message?.action, `${EVENT}/SubscriptionEnd`);
    assert.equal(textAt(message?.body, 'Status'), `${EVENT}/DeliveryFailure`);
    assert.equal(sink.delivered.length, 3);
    assert.equal(endpoint.world.changes.watchers, 0);
    assert.ok(endpoint.logged.some((l) => l.message === 'events cannot be delivered'));
  });

  test('the events of an account that is removed end, its sinks are told, and those of others go on', async () => {
    await using end = await EventSinkServer.start((response) => response.end());
    await using sink = await EventSinkServer.start((response) => response.end());
    await using endpoint = await start(loopback);
    await subscribe(endpoint, {
      mode: PUSH,
      delivery: notify(sink.url),
      more: `<e:EndTo><a:Address>${end.url}</a:Address></e:EndTo>`,
    });
    const pulled = contextOf((await subscribe(endpoint)).body);
    const others = await endpoint.soap(subscribeRequest(), { user: 'other' });
    await endpoint.forget('admin');
    const [message] = await end.received(1);
    assert.equal(textAt(message?.body, 'Status'), `${EVENT}/SourceCancelling`);
    change(endpoint);
    assert.equal(code(await endpoint.soap(pullEvents(pulled))), '2150858779', 'no such context');
    const reply = await endpoint.soap(pullEvents(contextOf(others.body)), { user: 'other' });
    assert.equal(at(reply.body, 'Items')?.children.length, 1);
    assert.equal(sink.delivered.length, 0);
  });

  test('2 an account that is removed while the address of its sink is looked up gets no subscription', async () => {
    await using sink = await EventSinkServer.start((response) => response.end());
    const removed: Promise<void>[] = [];
    const endpoint: TestEndpoint = await start({
      allowDelivery: () => {
        removed.push(endpoint.forget('admin'));
        return true;
      },
    });
    await using _closed = endpoint;
    const reply = await endpoint.soap(subscribeRequest({ mode: PUSH, delivery: notify(sink.url) }));
    await Promise.all(removed);
    assert.equal(code(reply), '5');
    assert.equal(endpoint.world.changes.watchers, 0);
  });

  test('hardening 17: by default no address is allowed, and nothing is connected to', async () => {
    await using sink = await EventSinkServer.start((response) => response.end());
    await using endpoint = await start();
    for (const url of [
      sink.url,
      sink.url.replace('127.0.0.1', 'localhost'),
      'http://169.254.169.254/latest/meta-data/',
      'http://[::1]:9/',
      'file:///etc/passwd',
      'http://user:pw@127.0.0.1/',
      'gopher://x/',
      'nonsense',
    ]) {
      const reply = await endpoint.soap(subscribeRequest({ mode: PUSH, delivery: notify(url) }));
      assert.equal(code(reply), '2150858782', url);
    }
    assert.equal(code(await endpoint.soap(subscribeRequest({ mode: PUSH }))), '2150858819');
    assert.equal(sink.delivered.length, 0);
    assert.equal(endpoint.world.changes.watchers, 0);
  });

  test('hardening 17: EndTo is held to the same list', async () => {
    await using sink = await EventSinkServer.start((response) => response.end());
    await using endpoint = await start(loopback);
    const reply = await endpoint.soap(
      subscribeRequest({
        mode: PUSH,
        delivery: notify(sink.url),
        more: '<e:EndTo><a:Address>http://169.254.169.254/</a:Address></e:EndTo>',
      }),
    );
    assert.equal(code(reply), '2150858782');
  });

  test('hardening 17: a redirect is not followed', async () => {
    await using other = await EventSinkServer.start((response) => response.end());
    await using end = await EventSinkServer.start((response) => response.end());
    await using sink = await EventSinkServer.start((response) =>
      response.writeHead(307, { location: other.url }).end(),
    );
    await using endpoint = await start(loopback);
    await subscribe(endpoint, {
      mode: PUSH,
      delivery: notify(sink.url),
      more: `<e:EndTo><a:Address>${end.url}</a:Address></e:EndTo>`,
    });
    change(endpoint);
    await end.received(1);
    assert.equal(other.delivered.length, 0);
  });

  test('hardening 17: every address of a name must be allowed, and the connection goes to the one that was checked', async () => {
    const asked: string[] = [];
    const address = await allowedAddress(new URL('http://localhost:1/'), (d) => {
      asked.push(d.address);
      return true;
    });
    assert.ok(address !== null && asked.includes(address));
    assert.equal(await allowedAddress(new URL('http://localhost:1/'), () => false), null);
    assert.equal(await allowedAddress(new URL('http://name.invalid/'), () => true), null);
  });
});
