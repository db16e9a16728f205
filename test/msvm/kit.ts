import { createBroker, type Broker } from '../../src/cim/broker/broker.ts';
import type { CimInstance } from '../../src/cim/instance.ts';
import type { ObjectPath } from '../../src/cim/object-path.ts';
import type { AssociationFilter, InstanceResult, OperationContext } from '../../src/cim/operations.ts';
import { parsePath } from '../../src/cim/path/parse-path.ts';
import { loadRepository } from '../../src/cim/repository/load.ts';
import { DEFAULT_DEVICES } from '../../src/core/devices/default-devices.ts';
import type { DomainChange } from '../../src/core/events/change.ts';
import { createFeed, type DomainPublisher } from '../../src/core/events/feed.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import type { Configuration, DeviceSetting, EthernetSwitch, HostFacts, VirtualSystem } from '../../src/core/model.ts';
import type { CollectionReader } from '../../src/core/collections/collection.ts';
import type { PoolReader } from '../../src/core/pools/pool.ts';
import type { MetricReader } from '../../src/core/metrics/requests.ts';
import type { Clock, Machine, MachineFigures } from '../../src/core/ports.ts';
import { LiveGraph } from '../../src/core/systems/live-graph.ts';
import { type Msvm, PATH_PROPERTIES, registerMsvm, V2 } from '../../src/msvm/register.ts';

export const HOST: HostFacts = {
  name: 'TESTHOST',
  logicalProcessors: 4,
  memoryMb: 8192,
  processorName: 'Test Processor',
  bootId: 'boot-1',
};

export const NOW = Date.UTC(2024, 4, 6, 7, 8, 9, 120);

export const NAT: EthernetSwitch = {
  id: 'C08CB7B8-9B3C-408E-8E30-5E16A3AEB444',
  name: 'Default Switch',
  kind: 'nat',
  bridge: null,
  notes: 'NAT without privileges',
};

const NO_POOLS: PoolReader = { pools: () => [], pool: () => undefined, named: () => undefined };

const NO_COLLECTIONS: CollectionReader = {
  collections: () => [],
  collection: () => undefined,
  collectionsOf: () => [],
  snapshots: () => [],
  snapshot: () => undefined,
  snapshotsWith: () => [],
  points: () => [],
  point: () => undefined,
  pointsWith: () => [],
};

const NOTHING_MEASURED: MetricReader = {
  flushIntervalMs: 3_600_000,
  pools: { measured: () => [], collection: () => 'disabled', reading: () => null },
  measuredSystems: () => [],
  collection: () => 'disabled',
  reading: () => null,
};

const clock: Clock = { now: () => NOW, monotonic: () => 0, sleep: async () => undefined };

export const context: OperationContext = {
  caller: { name: 'TESTHOST\\admin', role: 'administrator', address: 'local' },
  requestId: 'test',
  protocol: 'internal',
  signal: new AbortController().signal,
};

/** A domain in memory behind the real broker, repository and graph. */
export interface World {
  readonly broker: Broker;
  readonly graph: LiveGraph;
  readonly feed: DomainPublisher;
  readonly msvm: Msvm;
  readonly jobs: Map<string, Job>;
  apply(change: DomainChange): void;
  put(system: VirtualSystem): VirtualSystem;
  get(path: string): Promise<CimInstance>;
  query(text: string, namespace?: string): Promise<CimInstance[]>;
  enumerate(className: string, namespace?: string): Promise<CimInstance[]>;
  associators(path: string, filter?: Partial<AssociationFilter>): Promise<CimInstance[]>;
  references(path: string, filter?: Partial<AssociationFilter>): Promise<CimInstance[]>;
}

const ANY: AssociationFilter = { associationClass: null, resultClass: null, role: null, resultRole: null };
const repository = loadRepository();

const affectedIds = (job: Job): string[] =>
  job.affected.map(({ element }) =>
    'id' in element ? element.id : 'configuration' in element ? element.configuration : '',
  );

export const makeWorld = (): World => {
  const jobs = new Map<string, Job>();
  const graph = new LiveGraph(
    HOST,
    {
      get: (id) => jobs.get(id),
      all: () => jobs.values(),
      affecting: (id) => [...jobs.values()].filter((job) => affectedIds(job).includes(id)),
    },
    { values: {} },
  );
  const feed = createFeed((error) => {
    throw error;
  });
  graph.apply({ kind: 'switch', before: null, after: NAT });
  const broker = createBroker({ repository, hostName: HOST.name, pathProperties: PATH_PROPERTIES });
  const msvm = registerMsvm(broker, {
    repository,
    graph,
    feed,
    clock,
    metrics: NOTHING_MEASURED,
    pools: NO_POOLS,
    collections: NO_COLLECTIONS,
  });
  const apply = (change: DomainChange): void => {
    graph.apply(change);
    feed.publish(change);
  };
  const all = async (
    result: Promise<InstanceResult | { readonly classes: readonly unknown[] }>,
  ): Promise<CimInstance[]> => {
    const found = await result;
    return 'items' in found ? Array.fromAsync(found.items) : [];
  };
  return {
    broker,
    graph,
    feed,
    msvm,
    jobs,
    apply,
    put: (system) => {
      apply({ kind: 'system', before: graph.system(system.id) ?? null, after: system });
      return system;
    },
    get: (path) => broker.execute(context, { kind: 'getInstance', namespace: V2, path: parsePath(path) }),
    query: (query, namespace = V2) =>
      all(broker.execute(context, { kind: 'execQuery', namespace, language: 'WQL', query })),
    enumerate: (className, namespace = V2) =>
      all(broker.execute(context, { kind: 'enumerateInstances', namespace, className, deep: true })),
    associators: (path, filter = {}) =>
      all(
        broker.execute(context, {
          kind: 'associators',
          namespace: V2,
          source: parsePath(path),
          filter: { ...ANY, ...filter },
        }),
      ),
    references: (path, filter = {}) =>
      all(
        broker.execute(context, {
          kind: 'references',
          namespace: V2,
          source: parsePath(path),
          filter: { ...ANY, ...filter },
        }),
      ),
  };
};

export const VM1 = 'A1576C71-F505-4D1B-9B78-2CFD971B0F31';
export const VM2 = 'B2576C71-F505-4D1B-9B78-2CFD971B0F32';
export const IDE = '83F8638B-8DCA-4152-9EDA-2CA8B33039B4';
export const SCSI = '11111111-2222-4333-8444-555555555555';
export const NIC = '99999999-2222-4333-8444-555555555555';
export const PORT = '77777777-2222-4333-8444-555555555555';

/** IDE disk of generation 1 with its image. */
export const IDE_DISK: readonly DeviceSetting[] = [
  { part: `${IDE}\\0\\0\\D`, kind: 'diskDrive', parent: `${IDE}\\0`, values: { AddressOnParent: '0' } },
  {
    part: `${IDE}\\0\\0\\L`,
    kind: 'hardDiskImage',
    parent: `${IDE}\\0\\0\\D`,
    values: { HostResource: ['C:\\VMs\\a.vhdx'] },
  },
];

/** SCSI disk of generation 2, and an adapter on the NAT switch with a VLAN. */
export const SCSI_DISK_AND_NIC: readonly DeviceSetting[] = [
  { part: `${SCSI}\\0`, kind: 'scsiController', parent: null, values: {} },
  { part: `${SCSI}\\0\\1\\D`, kind: 'diskDrive', parent: `${SCSI}\\0`, values: { AddressOnParent: '1' } },
  {
    part: `${SCSI}\\0\\1\\L`,
    kind: 'hardDiskImage',
    parent: `${SCSI}\\0\\1\\D`,
    values: { HostResource: ['/vms/b.qcow2'] },
  },
  { part: NIC, kind: 'syntheticEthernet', parent: null, values: { ElementName: 'public', Address: '00155D010203' } },
  {
    part: `${NIC}\\${PORT}`,
    kind: 'ethernetConnection',
    parent: NIC,
    values: { ElementName: 'port-1', HostResource: [`switch:${NAT.id}`] },
  },
  {
    part: `${NIC}\\${PORT}\\952C5004-4465-451C-8CB8-FA9AB382B773`,
    kind: 'vlan',
    parent: `${NIC}\\${PORT}`,
    values: { AccessVlanId: 7 },
  },
];

export interface SystemChoice {
  readonly id?: string;
  readonly name?: string;
  readonly generation?: 1 | 2;
  readonly devices?: readonly DeviceSetting[];
  readonly bootSources?: readonly string[];
}

export const makeSystem = (choice: SystemChoice = {}): VirtualSystem => {
  const generation = choice.generation ?? 1;
  const id = choice.id ?? VM1;
  const active: Configuration = {
    id,
    values: {
      ElementName: choice.name ?? 'first',
      BIOSGUID: '{0A0B0C0D-0000-4000-8000-000000000001}',
      ConfigurationDataRoot: '/vms',
    },
    devices: [...DEFAULT_DEVICES[generation], ...(choice.devices ?? [])],
    bootSources: choice.bootSources ?? [],
  };
  return {
    id,
    kind: 'realized',
    generation,
    active,
    snapshots: [],
    currentSnapshot: null,
    lastApplied: null,
    power: 'off',
    requestedState: 12,
    operation: null,
    process: null,
    onTime: { accumulatedMs: 0, since: null },
    savedState: null,
    createdAt: NOW - 60_000,
    configurationChangedAt: NOW - 30_000,
    stateChangedAt: NOW - 10_000,
    wasRunning: false,
    revision: 1,
  };
};

export const running = (system: VirtualSystem, pid = 4711): VirtualSystem => ({
  ...system,
  power: 'running',
  process: { pid, startTicks: 1 },
  onTime: { accumulatedMs: 1000, since: NOW - 500 },
});

export const FIGURES: MachineFigures = {
  processorLoadPercent: 12.4,
  memoryUsageMb: 1024,
  guestMemory: { availableMb: 512, totalMb: 1024 },
  guestAgent: 'ok',
  guestOperatingSystem: 'Debian GNU/Linux 12',
  guest: {
    hostName: 'web1',
    version: '12',
    kernel: '6.1.0-25-amd64',
    architecture: 'x86_64',
    clockBehindMs: 3,
    exchange: [{ name: 'role', data: 'database <1>' }],
    interfaces: [
      {
        mac: '00155D010203',
        addresses: [
          { address: '192.0.2.7', prefixLength: 24 },
          { address: '2001:db8::7', prefixLength: 64 },
        ],
      },
    ],
  },
  videoWidth: 1024,
  videoHeight: 768,
};

/** Only what projections ask of a machine. */
export const machineOf = (id: string, figures: MachineFigures = FIGURES): Machine =>
  ({ id, process: { pid: 4711, startTicks: 1 }, figures: () => figures, vncSocket: null }) as unknown as Machine;

export const keyOf = (instance: CimInstance, name: string): unknown => instance.get(name);

export const refOf = (instance: CimInstance, role: string): ObjectPath => instance.get(role) as ObjectPath;
