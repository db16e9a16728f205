import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Indications } from '../../src/cimxml/indications/indications.ts';
import type { IndicationRecord, IndicationStorage } from '../../src/cimxml/indications/records.ts';
import { attribute, child } from '../../src/xml/element.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { createWorld, GUIDS, V2, type World } from '../wsman/kit/world.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { Listener } from './kit/listener.ts';
import { array, className, instanceName, namespacePath, value } from './kit/messages.ts';
import { only, pathText, properties } from './kit/reply.ts';

const INTEROP = 'root/interop';
const QUERY = "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA 'Msvm_ComputerSystem'";

class MemoryStorage implements IndicationStorage {
  readonly records = new Map<string, IndicationRecord>();
  load = async (): Promise<readonly IndicationRecord[]> =>
    // What is stored is plain data: it goes through JSON as in the real store.
    JSON.parse(JSON.stringify([...this.records.values()])) as IndicationRecord[];
  save = async (record: IndicationRecord): Promise<void> => void this.records.set(record.key, record);
  remove = async (key: string): Promise<void> => void this.records.delete(key);
}

interface Side extends AsyncDisposable {
  readonly world: World;
  readonly indications: Indications;
  /** Those that are there. */
  readonly accounts: Set<string>;
  readonly told: object[];
  readonly endpoint: TestEndpoint;
}

async function open(storage: IndicationStorage, sinks: readonly string[] = ['127.0.0.1']): Promise<Side> {
  const world = createWorld();
  const accounts = new Set(['HV01\\admin', 'HV01\\other']);
  const told: object[] = [];
  const log = { info: () => undefined, warn: (details: object) => void told.push(details), error: () => undefined };
  const indications = new Indications({
    broker: world.broker,
    storage,
    allowDelivery: ({ address }) => sinks.includes(address),
    isAccount: (owner) => accounts.has(owner),
    log,
    retryMs: 1,
  });
  world.broker.register(...indications.providers);
  await indications.open();
  const endpoint = await startEndpoint(world);
  return {
    world,
    indications,
    accounts,
    told,
    endpoint,
    [Symbol.asyncDispose]: async () => {
      indications.close();
      await endpoint[Symbol.asyncDispose]();
    },
  };
}

const property = (name: string, text: string | number): string =>
  `<PROPERTY NAME="${name}" TYPE="string">${value(text)}</PROPERTY>`;
const reference = (name: string, target: string): string =>
  `<PROPERTY.REFERENCE NAME="${name}"><VALUE.REFERENCE><LOCALINSTANCEPATH>${namespacePath(INTEROP)}${target}</LOCALINSTANCEPATH></VALUE.REFERENCE></PROPERTY.REFERENCE>`;
const keys = (name: string, Name: string) => ({
  SystemCreationClassName: 'CIM_ComputerSystem',
  SystemName: 'HV01',
  CreationClassName: name,
  Name,
});
const filterName = instanceName('CIM_IndicationFilter', keys('CIM_IndicationFilter', 'f'));
const listenerName = instanceName('CIM_ListenerDestinationCIMXML', keys('CIM_ListenerDestinationCIMXML', 'l'));

describe('CIM-XML indications (wire-cimxml §7, DSP1054)', () => {
  let storage: MemoryStorage;
  let side: Side;
  let listener: Listener;
  let url: string;
  beforeEach(async () => {
    storage = new MemoryStorage();
    side = await open(storage);
    listener = new Listener();
    url = await listener.listen();
  });
  afterEach(async () => {
    await side[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
  });

  const create = (name: string, body: string, user = 'admin') =>
    side.endpoint.call(
      'CreateInstance',
      INTEROP,
      { NewInstance: `<INSTANCE CLASSNAME="${name}">${body}</INSTANCE>` },
      { user },
    );
  const filter = (query = QUERY, name = 'f') =>
    create(
      'CIM_IndicationFilter',
      property('Name', name) +
        property('SourceNamespace', 'root/virtualization/v2') +
        property('QueryLanguage', 'WQL') +
        property('Query', query),
    );
  const destination = (to = url, name = 'CIM_ListenerDestinationCIMXML') =>
    create(name, property('Name', 'l') + property('Destination', to));
  const subscribe = (more = '', handler = listenerName) =>
    create('CIM_IndicationSubscription', reference('Filter', filterName) + reference('Handler', handler) + more);
  const rename = (name: string): void => {
    const previous = side.world.systems.instances[1]!;
    side.world.changes.change({ previous, current: previous.with({ ElementName: name }) });
  };
  const newName = (at: number): unknown => {
    const call = child(child(parseXml(listener.got[at]?.body ?? ''), 'MESSAGE')!, 'SIMPLEEXPREQ')!.children[0]!;
    const indication = properties(call.children[0]!.children[0]!);
    return properties(parseXml(String(indication['SourceInstance'])))['ElementName'];
  };

  test('filter, listener and subscription: changes arrive at the listener, in order, with both instances', async () => {
    assert.equal(
      pathText(only(await filter())),
      `CIM_IndicationFilter.SystemCreationClassName=CIM_ComputerSystem,SystemName=HV01,CreationClassName=CIM_IndicationFilter,Name=f`,
    );
    assert.equal((await destination()).status, 0);
    assert.equal((await subscribe()).status, 0);
    for (const name of ['one', 'two', 'three']) rename(name);
    await listener.count(3);
    assert.deepEqual([0, 1, 2].map(newName), ['one', 'two', 'three']);
    const [first] = listener.got;
    assert.equal(first?.headers['cimexport'], 'MethodRequest');
    assert.equal(first?.headers['cimexportmethod'], 'ExportIndication');
    assert.match(String(first?.headers['content-type']), /^application\/xml/);
    const call = child(child(parseXml(first?.body ?? ''), 'MESSAGE')!, 'SIMPLEEXPREQ')!.children[0]!;
    assert.deepEqual([call.local, attribute(call, 'NAME')], ['EXPMETHODCALL', 'ExportIndication']);
    const instance = call.children[0]!.children[0]!;
    assert.equal(attribute(instance, 'CLASSNAME'), 'CIM_InstModification');
    const values = properties(instance);
    assert.equal(values['IndicationFilterName'], 'f');
    assert.equal(values['SequenceNumber'], '0');
    assert.equal(properties(parseXml(String(values['PreviousInstance'])))['Name'], GUIDS[0]);
  });

  test('what was made is read back, and associated', async () => {
    await filter();
    await destination();
    await subscribe();
    const kept = await side.endpoint.call('EnumerateInstances', INTEROP, {
      ClassName: className('CIM_ListenerDestination'),
    });
    assert.deepEqual([kept.items.length, properties(kept.items[0]!.children[1]!)['Destination']], [1, url]);
    const one = properties(only(await side.endpoint.call('GetInstance', INTEROP, { InstanceName: filterName })));
    assert.deepEqual([one['Query'], one['QueryLanguage']], [QUERY, 'WQL']);
    const handlers = await side.endpoint.call('AssociatorNames', INTEROP, { ObjectName: filterName });
    assert.match(pathText(only(handlers).children[0]), /^CIM_ListenerDestinationCIMXML\..*Name=l$/);
    const state = await side.endpoint.call('EnumerateInstances', INTEROP, {
      ClassName: className('CIM_IndicationSubscription'),
    });
    assert.equal(properties(only(state).children[1]!)['SubscriptionState'], '2');
  });

  test('they outlive the service', async () => {
    await filter();
    await destination();
    await subscribe();
    await side[Symbol.asyncDispose]();
    side = await open(storage);
    rename('after');
    await listener.count(1);
    assert.equal(newName(0), 'after');
    const kept = await side.endpoint.call('EnumerateInstanceNames', INTEROP, {
      ClassName: className('CIM_IndicationSubscription'),
    });
    assert.equal(kept.items.length, 1);
  });

  test('an indication that fails is sent again; after three attempts the next one is tried', async () => {
    await filter();
    await destination();
    await subscribe();
    listener.statuses.push(500, 503);
    rename('again');
    await listener.count(3);
    assert.deepEqual([0, 1, 2].map(newName), ['again', 'again', 'again']);
    listener.statuses.push(500, 500, 500);
    rename('lost');
    rename('next');
    await listener.count(7);
    assert.equal(newName(6), 'next');
  });

  test('one change after the other: of two of a name at once one is refused, and what a subscription on its way uses stays', async () => {
    const twice = await Promise.all([filter(), filter()]);
    assert.deepEqual(twice.map(({ status }) => status).toSorted(), [0, 11]);
    await destination();
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    const { promise: storing, resolve: begun } = Promise.withResolvers<void>();
    const { save } = storage;
    storage.save = async (record) => {
      begun();
      await stored;
      return save(record);
    };
    const subscribing = subscribe();
    await storing;
    const removing = side.endpoint.call('DeleteInstance', INTEROP, { InstanceName: filterName });
    // It waits, or it is over by then.
    const { status } = await side.endpoint.call('EnumerateInstanceNames', INTEROP, {
      ClassName: className('CIM_IndicationFilter'),
    });
    assert.equal(status, 0);
    store();
    assert.equal((await subscribing).status, 0);
    assert.equal((await removing).status, 1, 'A subscription uses it');
    rename('arrives');
    await listener.count(1);
  });

  test('OnFatalErrorPolicy: a subscription that cannot be stored as disabled gathers nothing more all the same', async () => {
    await filter();
    await destination();
    await subscribe(property('OnFatalErrorPolicy', 3));
    assert.equal(side.world.changes.watchers, 1);
    storage.save = () => Promise.reject(new Error('no space'));
    listener.statuses.push(500, 500, 500);
    rename('fails');
    while (side.world.changes.watchers > 0) await sleep(5);
    assert.equal(listener.got.length, 3);
  });

  test('OnFatalErrorPolicy: 3 disables, 4 removes; a listener’s ERROR is a failure', async () => {
    const left = async (): Promise<string[]> => {
      const list = await side.endpoint.call('EnumerateInstances', INTEROP, {
        ClassName: className('CIM_IndicationSubscription'),
      });
      return list.items.map((item) => String(properties(item.children[1]!)['SubscriptionState']));
    };
    await filter();
    await destination();
    assert.equal((await subscribe(property('OnFatalErrorPolicy', 3))).status, 0);
    listener.error = '<ERROR CODE="1"/>';
    rename('x');
    while ((await left())[0] !== '4') await sleep(5);
    assert.equal(listener.got.length, 3);
    listener.error = '';
    const name = only(
      await side.endpoint.call('EnumerateInstanceNames', INTEROP, {
        ClassName: className('CIM_IndicationSubscription'),
      }),
    );
    assert.equal(name.local, 'INSTANCENAME');
    const subscriptionName =
      `<INSTANCENAME CLASSNAME="CIM_IndicationSubscription">` +
      [
        ['Filter', filterName],
        ['Handler', listenerName],
      ]
        .map(([role, target]) => `<KEYBINDING NAME="${role}"><VALUE.REFERENCE>${target}</VALUE.REFERENCE></KEYBINDING>`)
        .join('') +
      '</INSTANCENAME>';
    const enable = `<VALUE.NAMEDINSTANCE>${subscriptionName}<INSTANCE CLASSNAME="CIM_IndicationSubscription">${property('SubscriptionState', 2)}${property('OnFatalErrorPolicy', 4)}</INSTANCE></VALUE.NAMEDINSTANCE>`;
    assert.equal((await side.endpoint.call('ModifyInstance', INTEROP, { ModifiedInstance: enable })).status, 0);
    rename('arrives');
    await listener.count(4);
    assert.equal(newName(3), 'arrives');
    listener.statuses.push(500, 500, 500);
    rename('fails');
    while ((await left()).length > 0) await sleep(5);
    assert.equal([...storage.records.keys()].filter((key) => key.includes('subscription')).length, 0);
  });

  test('hardening 17: only listed addresses are listeners; nothing is sent elsewhere', async () => {
    for (const to of [
      'http://169.254.169.254/',
      'http://[::1]:1/',
      'ftp://127.0.0.1/',
      'file:///etc/passwd',
      'http://user:pw@127.0.0.1/',
      'nonsense',
      '',
    ]) {
      const reply = await destination(to);
      assert.equal(reply.status, 4, to);
    }
    await side[Symbol.asyncDispose]();
    side = await open(storage, []);
    assert.match((await destination()).description, /not allowed here.*event_sinks/);
    // One that was allowed and is no more gets nothing either.
    await side[Symbol.asyncDispose]();
    side = await open(storage);
    await filter();
    await destination();
    await subscribe(property('OnFatalErrorPolicy', 4));
    await side[Symbol.asyncDispose]();
    side = await open(storage, []);
    rename('secret');
    while ([...storage.records.keys()].some((key) => key.includes('subscription'))) await sleep(5);
    assert.equal(listener.got.length, 0);
  });

  test('what cannot work is refused, what is used stays', async () => {
    assert.equal((await filter('SELECT nonsense')).status, 15);
    assert.equal((await filter('SELECT * FROM Msvm_ComputerSystem')).status, 15);
    assert.equal((await filter("SELECT * FROM CIM_InstModification WHERE SourceInstance ISA 'X_Bogus'")).status, 5);
    const language = property('Name', 'g') + property('QueryLanguage', 'SQL') + property('Query', QUERY);
    assert.equal((await create('CIM_IndicationFilter', language)).status, 14);
    assert.equal((await subscribe()).status, 4, 'neither filter nor listener');
    await filter();
    assert.equal((await filter()).status, 11);
    assert.equal((await subscribe()).status, 4, 'no listener');
    await destination();
    assert.equal((await subscribe(property('OnFatalErrorPolicy', 9))).status, 4);
    assert.equal((await subscribe()).status, 0);
    assert.equal((await subscribe()).status, 11);
    for (const InstanceName of [filterName, listenerName]) {
      const reply = await side.endpoint.call('DeleteInstance', INTEROP, { InstanceName });
      assert.deepEqual([reply.status, /delete that first/.test(reply.description)], [1, true]);
    }
    const change = `<VALUE.NAMEDINSTANCE>${filterName}<INSTANCE CLASSNAME="CIM_IndicationFilter">${property('Query', 'x')}</INSTANCE></VALUE.NAMEDINSTANCE>`;
    assert.equal((await side.endpoint.call('ModifyInstance', INTEROP, { ModifiedInstance: change })).status, 7);
  });

  test('an account that is removed while its subscription is made leaves none that is enabled', async () => {
    await filter();
    await destination();
    const { save } = storage;
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    storage.save = async (record) => {
      reached.resolve();
      await goOn.promise;
      await save(record);
    };
    const other = filter(QUERY, 'g');
    await reached.promise;
    const behind = subscribe();
    side.accounts.delete('HV01\\admin');
    goOn.resolve();
    assert.equal((await behind).status, 2, 'its turn came too late');
    assert.equal((await other).status, 0);
    side.accounts.add('HV01\\admin');
    const being = Promise.withResolvers<void>();
    const stored = Promise.withResolvers<void>();
    storage.save = async (record) => {
      being.resolve();
      await stored.promise;
      await save(record);
    };
    const under = subscribe();
    await being.promise;
    side.accounts.delete('HV01\\admin');
    const ended = side.indications.endOrphans();
    stored.resolve();
    assert.equal((await under).status, 0);
    assert.equal(await ended, 1);
    side.accounts.add('HV01\\admin');
    assert.equal(side.world.changes.watchers, 0);
    await side[Symbol.asyncDispose]();
    side = await open(storage);
    assert.equal(side.world.changes.watchers, 0, 'nor for the next account of that name');
  });

  test('a subscription ends with the account that made it: nothing is sent, it is disabled, and the log says so', async () => {
    const state = async (): Promise<unknown> => {
      const list = await side.endpoint.call('EnumerateInstances', INTEROP, {
        ClassName: className('CIM_IndicationSubscription'),
      });
      return properties(only(list).children[1]!)['SubscriptionState'];
    };
    await filter();
    await destination();
    await subscribe();
    rename('before');
    await listener.count(1);
    side.accounts.delete('HV01\\admin');
    assert.equal(await side.indications.endOrphans(), 1);
    assert.equal(await side.indications.endOrphans(), 0);
    assert.match(JSON.stringify(side.told), /"owner":"HV01..admin".*indicationsubscription/i);
    assert.equal(side.world.changes.watchers, 0);
    assert.equal(await state(), '4');
    // Not with the next account of that name either, nor after a restart.
    side.accounts.add('HV01\\admin');
    assert.equal(await side.indications.endOrphans(), 0);
    await side[Symbol.asyncDispose]();
    side = await open(storage);
    assert.equal(await state(), '4');
    assert.equal(side.world.changes.watchers, 0);
    assert.equal(listener.got.length, 1);
  });

  test('a service that went down between the removal and the end of its subscriptions ends them at its start', async () => {
    await filter();
    await destination();
    await subscribe();
    const owner = 'HV01\\gone';
    for (const record of storage.records.values()) storage.records.set(record.key, { ...record, owner });
    await side[Symbol.asyncDispose]();
    side = await open(storage);
    assert.equal(side.told.length, 1);
    assert.equal(side.world.changes.watchers, 0);
    assert.equal(
      [...storage.records.values()].find((r) => /Subscription/.test(r.className))?.values['SubscriptionState'],
      4,
    );
  });

  test('a deleted subscription is over, and what it used may go', async () => {
    await filter();
    await destination();
    await subscribe();
    const [subscription] = (
      await side.endpoint.call('EnumerateInstanceNames', INTEROP, {
        ClassName: className('CIM_IndicationSubscription'),
      })
    ).items;
    assert.ok(subscription !== undefined);
    const name = /<INSTANCENAME CLASSNAME="CIM_IndicationSubscription">.*<\/INSTANCENAME>/.exec(
      (
        await side.endpoint.call('EnumerateInstanceNames', INTEROP, {
          ClassName: className('CIM_IndicationSubscription'),
        })
      ).text,
    )?.[0];
    for (const InstanceName of [name, filterName, listenerName])
      assert.equal((await side.endpoint.call('DeleteInstance', INTEROP, { InstanceName })).status, 0);
    assert.equal(storage.records.size, 0);
    assert.equal(side.world.changes.watchers, 0);
  });

  test('the older class of listeners; the list of namespaces has one; the server fills keys in', async () => {
    assert.equal((await destination(url, 'CIM_IndicationHandlerCIMXML')).status, 0);
    const from = (...namespaces: readonly string[]): string =>
      `<PROPERTY.ARRAY NAME="SourceNamespaces" TYPE="string">${array(...namespaces)}</PROPERTY.ARRAY>${property('Query', QUERY)}`;
    const v2 = V2.replaceAll('\\', '/');
    const several = await create('CIM_IndicationFilter', from(v2, 'root/virtualization'));
    assert.equal(several.status, 4);
    assert.match(several.description, /make a filter for each/);
    const made = only(await create('CIM_IndicationFilter', from(v2)));
    assert.match(pathText(made), /Name=vsms:[0-9a-f-]{36}$/);
    await filter();
    const handler = instanceName('CIM_IndicationHandlerCIMXML', keys('CIM_IndicationHandlerCIMXML', 'l'));
    assert.equal((await subscribe('', handler)).status, 0);
    rename('old');
    await listener.count(1);
  });
});
