import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import type { JobDefinition } from '../../src/core/jobs/definition.ts';
import type { EthernetSwitch, SettingValues } from '../../src/core/model.ts';
import type { Store } from '../../src/core/ports.ts';
import { DEFAULT_SWITCH_ID } from '../../src/core/networks/default-switch.ts';
import { bridgeSwitchId } from '../../src/core/networks/host-bridges.ts';
import type { SwitchNetwork } from '../../src/core/networks/host-network.ts';
import { loadSwitches } from '../../src/core/networks/load-switches.ts';
import { type SwitchChange, switchJob } from '../../src/core/switches/switch-job.ts';
import { withNatNetwork } from '../../src/core/networks/nat-switch.ts';
import { bridgeName, switchNetwork } from '../../src/core/networks/switch-network.ts';
import { storeSwitch } from '../../src/core/networks/switch-record.ts';
import { createFeed } from '../../src/core/events/feed.ts';
import { Ledger } from '../../src/core/systems/ledger.ts';
import { LiveGraph } from '../../src/core/systems/live-graph.ts';
import { SimulatedNetwork } from '../../src/simulated/networks.ts';
import { createVirtualClock } from '../../src/simulated/virtual-clock.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { exerciseJob, type JobTrial } from './jobs-harness.ts';
import { adapter, add, CALLER, connection, HOST, makeWorld, refusal, type World } from './kit.ts';

const INTERNAL = { values: { HostResource: ['host:'] } };
const external = (device: string) => ({ values: { HostResource: [`external:${device}`] } });

/** A world whose host's network the test can look at; it is the same over restarts of the service, unless it boots. */
const makeNetworkWorld = async (t: Parameters<typeof makeWorld>[0]) => {
  const network = new SimulatedNetwork();
  const world = await makeWorld(t, { network });
  const define = async (name: string, ...ports: { values: SettingValues }[]): Promise<EthernetSwitch> => {
    const { job, made } = await world.until(
      world.core.switches.define(CALLER, { values: { ElementName: name }, ports }),
    );
    assert.equal(job.state, 7, job.errorDescription ?? '');
    return world.core.graph.switch(made) ?? assert.fail('the switch is there');
  };
  return { world, network, define };
};

const networkOf = (world: World, id: string) => world.hypervisor.machine(id)?.inspect().adapters[0]?.network;

describe('switches that clients define', () => {
  test('private, internal and external: told by their ports, made on the host', async (t) => {
    const { world, network, define } = await makeNetworkWorld(t);
    const kinds = [
      await define('alone'),
      await define('inside', INTERNAL),
      await define('outside', external('eth0'), INTERNAL),
    ].map(({ kind }) => kind);
    assert.deepEqual(kinds, ['private', 'internal', 'external']);
    assert.deepEqual(
      network.networks.map(({ uplink, internal }) => [uplink, internal.length]),
      [
        [null, 0],
        [null, 1],
        ['eth0', 1],
      ],
    );
    for (const { bridge, internal } of network.networks)
      for (const name of [bridge, ...internal.flatMap(({ device, end }) => [device, end])])
        assert.match(name, /^vs[wip][0-9a-f]{12}$/);
    assert.deepEqual(world.changes.filter(({ kind }) => kind === 'switch').length, 3);
  });

  test('what cannot be is refused and leaves nothing', async (t) => {
    const { world, network, define } = await makeNetworkWorld(t);
    await define('first', external('eth0'));
    const before = network.networks.length;
    const tries: readonly [SettingValues, readonly { values: SettingValues }[], ReturnType<typeof refusal>][] = [
      [{}, [], refusal('invalidParameter', /no name/)],
      [{ ElementName: 'x'.repeat(101) }, [], refusal('invalidParameter')],
      [{ ElementName: 'x' }, [INTERNAL, INTERNAL], refusal('invalidParameter', /at most one internal/)],
      [
        { ElementName: 'x' },
        [external('eth1'), external('wlan0')],
        refusal('invalidParameter', /at most one external/),
      ],
      [{ ElementName: 'x' }, [external('eth7')], refusal('invalidParameter', /eth7/)],
      [{ ElementName: 'x' }, [external('--help')], refusal('invalidParameter', /no network adapter/)],
      [{ ElementName: 'x' }, [external('eth0')], refusal('inUse', /'first'/)],
      [{ ElementName: 'x' }, [{ values: {} }], refusal('invalidParameter', /HostResource/)],
      [{ ElementName: 'x' }, [{ values: { HostResource: ['/etc/passwd'] } }], refusal('invalidParameter')],
      [{ ElementName: 'x' }, [{ values: { HostResource: ['host:'], Address: 'zz' } }], refusal('invalidParameter')],
      [{ ElementName: 'x', BandwidthReservationMode: 9 }, [], refusal('invalidParameter')],
    ];
    for (const [values, ports, expected] of tries)
      await assert.rejects(world.until(world.core.switches.define(CALLER, { values, ports })), expected);
    assert.equal(network.networks.length, before);
  });

  test('a host without the means says so', async (t) => {
    const network = new SimulatedNetwork(new Map([['switches', 'Run the service as root.']]));
    const world = await makeWorld(t, { network });
    await assert.rejects(
      world.until(world.core.switches.define(CALLER, { values: { ElementName: 'x' }, ports: [] })),
      refusal('notSupported', /root/),
    );
  });

  test('mirroring is refused with the reason where the host cannot (K31), and a port without it is not', async (t) => {
    const network = new SimulatedNetwork(
      new Map([
        ['mirroring', 'Port mirroring needs the program tc.'],
        ['userModeRules', 'No rules inside of a process.'],
      ]),
    );
    const world = await makeWorld(t, { network });
    const made = await world.until(world.core.switches.define(CALLER, { values: { ElementName: 'a' }, ports: [] }));
    const { id } = await world.define();
    const [nic] = await add(world, id, adapter({ StaticMacAddress: true, Address: '00155D000001' }));
    const link = [`switch:${made.made}`];
    const [port] = await add(world, id, connection(nic ?? assert.fail(), { HostResource: link }));
    const security = (values: SettingValues) =>
      world.core.operations.addFeatures(CALLER, port ?? assert.fail(), [
        { className: 'Msvm_EthernetSwitchPortSecuritySettingData', instanceId: null, values },
      ]);
    for (const MonitorMode of [1, 2])
      await assert.rejects(security({ MonitorMode }), refusal('notSupported', /Port mirroring needs/));
    await security({ MonitorMode: 0, EnableDhcpGuard: true });
    const [other] = await add(world, id, adapter({ StaticMacAddress: true, Address: '00155D000002' }));
    const nat = { HostResource: [`switch:${DEFAULT_SWITCH_ID}`] };
    const [inProcess] = await add(world, id, connection(other ?? assert.fail(), nat));
    await assert.rejects(
      world.core.operations.addFeatures(CALLER, inProcess ?? assert.fail(), [
        { className: 'Msvm_EthernetSwitchPortSecuritySettingData', instanceId: null, values: { MonitorMode: 2 } },
      ]),
      refusal('notSupported', /No rules inside/),
    );
  });

  test('a host that fails undoes it, and the job tells', async (t) => {
    const { world, network } = await makeNetworkWorld(t);
    network.failNext(new DomainError('notAvailable', 'The adapter was pulled.'));
    const { job } = await world.until(
      world.core.switches.define(CALLER, { values: { ElementName: 'x' }, ports: [INTERNAL] }),
    );
    assert.equal(job.state, 10);
    assert.match(job.errorDescription ?? '', /pulled/);
    assert.deepEqual(
      [...world.core.graph.switches()].map(({ name }) => name),
      ['Default Switch', 'br0'],
    );
    assert.deepEqual(network.networks, []);
  });

  test('ports and names change; the switch stays', async (t) => {
    const { world, network, define } = await makeNetworkWorld(t);
    const { id, bridge } = await define('a');
    const { made } = await world.until(world.core.switches.addPorts(CALLER, id, [INTERNAL, external('eth1')]));
    const [inside = '', outside = ''] = made;
    await world.until(world.core.switches.modify(CALLER, id, { ElementName: 'b', Notes: ['n'], IOVPreferred: true }));
    const held = world.core.graph.switch(id) ?? assert.fail();
    assert.deepEqual([held.name, held.notes, held.kind, held.bridge], ['b', 'n', 'external', bridge]);
    await world.until(
      world.core.switches.modifyPorts(CALLER, id, [{ port: outside, values: { HostResource: ['external:eth0'] } }]),
    );
    await assert.rejects(
      world.until(world.core.switches.modifyPorts(CALLER, id, [{ port: inside, ...external('eth0') }])),
      refusal('invalidParameter', /Remove it and add/),
    );
    assert.equal(network.networks[0]?.uplink, 'eth0');
    await world.until(world.core.switches.removePorts(CALLER, id, [inside]));
    await assert.rejects(
      world.until(world.core.switches.removePorts(CALLER, id, [inside])),
      refusal('invalidParameter', /no such port/),
    );
    assert.deepEqual(network.networks[0]?.internal, []);
  });

  test('after a boot of the host they are made again, after a restart of the service they are still there', async (t) => {
    const { world, network, define } = await makeNetworkWorld(t);
    const made = await define('a', INTERNAL, external('eth0'));
    const [before] = network.networks;
    network.boot();
    assert.deepEqual(network.networks, []);
    await world.restart({ bootId: 'boot-2' });
    assert.deepEqual(network.networks, [before]);
    assert.deepEqual(world.core.graph.switch(made.id), made);
    await world.restart({ crash: true });
    assert.deepEqual(network.networks, [before]);
  });

  test('what is not ours can be renamed, and nothing else', async (t) => {
    const { world } = await makeNetworkWorld(t);
    for (const id of [DEFAULT_SWITCH_ID, bridgeSwitchId('br0')]) {
      await assert.rejects(world.until(world.core.switches.destroy(CALLER, id)), refusal('notSupported'));
      await assert.rejects(world.until(world.core.switches.addPorts(CALLER, id, [INTERNAL])), refusal('notSupported'));
      await world.until(world.core.switches.modify(CALLER, id, { ElementName: `renamed ${id}` }));
      await world.restart();
      assert.equal(world.core.graph.switch(id)?.name, `renamed ${id}`);
    }
  });

  test('a running machine moves with its rules, and is disconnected when the switch goes', async (t) => {
    const { world, network, define } = await makeNetworkWorld(t);
    const held = await define('a');
    const { id } = await world.define();
    const [nic] = await add(world, id, adapter({ StaticMacAddress: true, Address: '00155D000001' }));
    const [port] = await add(world, id, connection(nic ?? assert.fail(), { HostResource: [`switch:${held.id}`] }));
    await world.request(id, 2);
    const rules = () => {
      const now = networkOf(world, id);
      return now?.kind === 'bridge' ? now.rules : undefined;
    };
    assert.equal(rules()?.onlyMac, '00155D000001');
    const feature = (name: string, values: SettingValues) => ({
      className: `Msvm_EthernetSwitchPort${name}SettingData`,
      instanceId: null,
      values,
    });
    await world.core.operations.addFeatures(CALLER, port ?? assert.fail(), [
      feature('Vlan', { OperationMode: 1, AccessVlanId: 42 }),
      feature('Security', { AllowMacSpoofing: true, EnableDhcpGuard: true, MonitorMode: 2, MonitorSession: 7 }),
      feature('Bandwidth', { Limit: 8_000_000n }),
      feature('Acl', { Direction: 2, Action: 2, AclType: 2, RemoteAddress: '10.0.0.9', RemoteAddressPrefixLength: 32 }),
    ]);
    const now = rules();
    assert.deepEqual([now?.vlan, now?.onlyMac, now?.dhcpGuard, now?.routerGuard], [42, null, true, false]);
    assert.deepEqual(now?.monitor, { role: 'source', session: 7 });
    assert.equal(now?.limit?.bitsPerSecond, 8_000_000);
    assert.deepEqual(
      now?.filters.map(({ direction, verdict, remote }) => [direction, verdict, remote]),
      [['sent', 'deny', '10.0.0.9/32']],
    );
    const job = await world.until(world.core.switches.destroy(CALLER, held.id));
    assert.equal(job.state, 7);
    assert.deepEqual(network.networks, []);
    assert.deepEqual(networkOf(world, id), { kind: 'none' });
    assert.equal(world.system(id).power, 'running');
  });

  test('the NAT switch as a network of the host: chosen once, kept, and given up', async () => {
    const store = createMemoryStore();
    const network = new SimulatedNetwork();
    const warnings: string[] = [];
    const log = {
      info: () => undefined,
      error: () => undefined,
      warn: (_: object, text: string) => warnings.push(text),
    };
    const open = async (mode: 'user' | 'bridge'): Promise<EthernetSwitch> => {
      const [found = assert.fail()] = await loadSwitches(store, []);
      return withNatNetwork({ store, network, log }, found, mode);
    };
    assert.equal((await open('user')).bridge, null);
    const first = await open('bridge');
    assert.match(first.bridge ?? '', /^vsn[0-9a-f]{12}$/);
    assert.deepEqual(await open('bridge'), first);
    await network.apply(wanted(first));
    assert.equal((await open('user')).bridge, null);
    assert.deepEqual(network.networks, [], 'nothing is left');
    assert.notEqual((await open('bridge')).bridge, first.bridge);
    const bare = new SimulatedNetwork(new Map([['nat', 'no dnsmasq']]));
    const [found = assert.fail()] = await loadSwitches(createMemoryStore(), []);
    assert.equal((await withNatNetwork({ store, network: bare, log }, found, 'bridge')).bridge, null);
    assert.deepEqual(warnings, ['the NAT switch works inside of each machine: this host cannot have a network for it']);
    const full: Store = {
      load: async () => new Map(),
      commit: () => Promise.reject(new Error('full')),
      close: async () => undefined,
    };
    assert.equal((await withNatNetwork({ store: full, network, log }, found, 'bridge')).bridge, null, 'no record');
  });

  test('a damaged record is not guessed at', async () => {
    const store = createMemoryStore();
    await store.commit([{ table: 'switches', key: 'A', value: { name: 'x', notes: '', own: { ports: 5 } } }]);
    await assert.rejects(loadSwitches(store, []), /damaged/);
  });
});

test('every bad moment of a change of a switch', async () => {
  const id = '11111111-2222-4333-8444-555555555555';
  const own = { createdAt: 1, values: {}, ports: [], features: [] };
  const bare: EthernetSwitch = { id, name: 'a', notes: '', kind: 'private', bridge: bridgeName(id), own };
  const inside: EthernetSwitch = {
    ...bare,
    kind: 'internal',
    own: { ...own, ports: [{ id, kind: 'internal', name: 'p', adapter: null, mac: null, features: [] }] },
  };
  const changes: readonly (readonly [Parameters<typeof switchJob>[1], SwitchChange])[] = [
    ['define', { before: null, after: inside }],
    ['add', { before: bare, after: inside }],
    ['destroy', { before: inside, after: null }],
  ];
  for (const [work, params] of changes) {
    await exerciseJob(async (): Promise<JobTrial<SwitchChange>> => {
      const store = createMemoryStore();
      const network = new SimulatedNetwork();
      const { before, after } = params;
      if (before !== null) {
        await store.commit([storeSwitch(before)]);
        await network.apply(wanted(before));
      }
      const stored = async (): Promise<unknown> => (await store.load('switches')).get(id);
      return {
        store,
        clock: createVirtualClock(),
        define: (_, current): JobDefinition<SwitchChange> => {
          const graph = new LiveGraph(
            HOST,
            { get: () => undefined, all: () => [], affecting: () => [] },
            { values: {} },
          );
          return switchJob({ network, ledger: new Ledger(current, graph, createFeed()) }, work);
        },
        params,
        affected: [],
        pristine: async () => {
          assert.deepEqual(await stored(), before === null ? undefined : storeSwitch(before).value);
          assert.deepEqual(network.networks, before === null ? [] : [wanted(before)]);
        },
        complete: async () => {
          assert.deepEqual(await stored(), after === null ? undefined : storeSwitch(after).value);
          assert.deepEqual(network.networks, after === null ? [] : [wanted(after)]);
        },
        dispose: async () => undefined,
      };
    });
  }
});

const wanted = (held: EthernetSwitch): SwitchNetwork => switchNetwork(held) ?? assert.fail('a switch of ours');
