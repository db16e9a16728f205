import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { HostFacts } from '../../../core/model.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type FixedEntity, FixedSet } from '../fixed-set.ts';
import { PoolUse } from '../pools/pool-use.ts';
import { COMPUTER_SYSTEM } from '../systems/computer-system.ts';

/** Processors and memory of the host, and its NUMA nodes (os-win O26). */
export interface HostDeviceEntity extends FixedEntity {
  readonly kind: 'hostDevice';
  /** Node that the device belongs to; null for memory as a whole. */
  readonly node: number | null;
}

export interface NumaNodeEntity extends FixedEntity {
  readonly kind: 'numaNode';
  readonly node: number;
}

export const PROCESSOR = 'Msvm_Processor';
export const MEMORY = 'Msvm_Memory';
const NUMA_NODE = 'Msvm_NumaNode';
const PROCESSOR_ID = 'B637F347-6A0E-4DEC-AF52-BD70CB80A21D';
const MEMORY_ID = '4764334E-E001-4176-82EE-5594EC9B530E';
/** The host is shown as one node: HostFacts has no topology, and one node is never wrong for a placement decision. */
const NODE = 0;

const device = (host: HostFacts, className: string, id: string, node: number | null): HostDeviceEntity => ({
  kind: 'hostDevice',
  className,
  node,
  keys: {
    CreationClassName: className,
    DeviceID: `Microsoft:${id}`,
    SystemCreationClassName: COMPUTER_SYSTEM,
    SystemName: host.name,
  },
});

export const hostProcessors = (host: HostFacts): HostDeviceEntity[] =>
  Array.from({ length: host.logicalProcessors }, (_, index) =>
    device(host, PROCESSOR, `${PROCESSOR_ID}\\${index}`, NODE),
  );

/** All memory, and that of the node: Msvm_ConcreteComponent ties them (object-model §2). */
export const hostMemory = (host: HostFacts): HostDeviceEntity => device(host, MEMORY, MEMORY_ID, null);
export const nodeMemory = (host: HostFacts): HostDeviceEntity => device(host, MEMORY, `${MEMORY_ID}\\${NODE}`, NODE);

export const numaNode = (host: HostFacts): NumaNodeEntity => ({
  kind: 'numaNode',
  className: NUMA_NODE,
  node: NODE,
  keys: {
    CreationClassName: NUMA_NODE,
    NodeID: `Microsoft:PhysicalNode\\${NODE}`,
    SystemCreationClassName: COMPUTER_SYSTEM,
    SystemName: host.name,
  },
});

const OK: CimValues = {
  OperationalStatus: [2],
  StatusDescriptions: ['OK'],
  HealthState: 5,
  Status: 'OK',
  EnabledState: 2,
};

const processorValues = (host: HostFacts): CimValues => ({
  ...OK,
  Caption: 'Processor',
  Description: 'Processor of the host',
  ElementName: 'Processor',
  Name: host.processorName,
  AddressWidth: 64,
  DataWidth: 64,
  CPUStatus: 1,
});

const memoryValues = (host: HostFacts): CimValues => ({
  ...OK,
  Caption: 'Memory',
  Description: 'Memory of the host',
  ElementName: 'Memory',
  Name: 'Memory',
  BlockSize: 1_048_576n,
  NumberOfBlocks: BigInt(host.memoryMb),
  StartingAddress: 0n,
  EndingAddress: BigInt(host.memoryMb) * 1024n - 1n,
});

const nodeInstance = (projection: Projection, use: PoolUse, entity: NumaNodeEntity): CimInstance => {
  const { host } = projection.graph;
  const free = BigInt(host.memoryMb) - use.held('memory');
  return projection
    .shape(NUMA_NODE, '', () => ({
      ...OK,
      Caption: 'NUMA Node',
      Description: 'NUMA node of the host',
      ElementName: `Node ${entity.node}`,
      Name: `Node ${entity.node}`,
      NumberOfLogicalProcessors: host.logicalProcessors,
      NumberOfProcessorCores: host.logicalProcessors,
      ...entity.keys,
    }))
    .make({
      CurrentlyAssignedVirtualProcessors: Number(use.held('processor')),
      CurrentlyConsumableMemoryBlocks: free > 0n ? free : 0n,
    });
};

export const addHostDevices = (projection: Projection, catalog: Catalog, use: PoolUse): void => {
  const { host } = projection.graph;
  catalog.add(
    new FixedSet<HostDeviceEntity>(projection, 'hostDevice', PROCESSOR, hostProcessors(host), (entity) =>
      projection.shape(PROCESSOR, 'host', () => processorValues(host)).make({ ...entity.keys }),
    ),
  );
  catalog.add(
    new FixedSet<HostDeviceEntity>(projection, 'hostDevice', MEMORY, [hostMemory(host), nodeMemory(host)], (entity) => {
      const free = BigInt(host.memoryMb) - use.held('memory');
      return projection
        .shape(MEMORY, 'host', () => memoryValues(host))
        .make({ ...entity.keys, ConsumableBlocks: free > 0n ? free : 0n });
    }),
  );
  catalog.add(
    new FixedSet<NumaNodeEntity>(projection, 'numaNode', NUMA_NODE, [numaNode(host)], (entity) =>
      nodeInstance(projection, use, entity),
    ),
  );
};
