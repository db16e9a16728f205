import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Broker, type BrokerOptions } from '../../src/cim/broker/broker.ts';
import { printEmbedded } from '../../src/cim/embedded/print-embedded.ts';
import type { CimInstance } from '../../src/cim/instance.ts';
import { type KeyValue, ObjectPath } from '../../src/cim/object-path.ts';
import type { CimBroker } from '../../src/cim/operations.ts';
import { loadRepository } from '../../src/cim/repository/load.ts';
import type { Core } from '../../src/core/core.ts';
import { createCore } from '../../src/core/core.ts';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import type { VirtualSystem } from '../../src/core/model.ts';
import { createPathResolver } from '../../src/core/paths/resolver.ts';
import type { Store } from '../../src/core/ports.ts';
import { later, systemClock } from '../../src/daemon/clock.ts';
import { registerMethods } from '../../src/msvm/register-methods.ts';
import { type Msvm, PATH_PROPERTIES, registerMsvm } from '../../src/msvm/register.ts';
import { unsupportedMethods } from '../../src/msvm/v2/methods/fallback.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { openHostDisks } from '../../src/qemu/host-disks/host-disks.ts';
import { createSimulatedHypervisor, type SimulatedHypervisor } from '../../src/simulated/hypervisor.ts';
import { SimulatedNetwork } from '../../src/simulated/networks.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { encodeRecord } from '../../src/store/codec.ts';
import { STORE_TABLES } from '../../src/store/tables.ts';
import { HyperVClient, V2 } from './hyperv-client.ts';

export interface WorldOptions {
  /** A broker of the test's own. */
  readonly broker?: (options: BrokerOptions) => Broker;
  readonly forceAsync?: boolean;
}

const FACTS = { name: 'TESTHOST', logicalProcessors: 4, memoryMb: 16_384, processorName: 'Test', bootId: 'boot-1' };

/** The whole Hyper-V side in one process: memory store, simulated machines, real core, real broker; no wire. */
export class HyperVWorld implements AsyncDisposable {
  readonly broker: CimBroker;
  readonly client: HyperVClient;
  readonly core: Core;
  readonly hypervisor: SimulatedHypervisor;
  /** No system has this id. */
  readonly unknownId = '00000000-0000-4000-8000-00000000DEAD';
  readonly #directory: string;
  readonly #store: Store;
  readonly #msvm: Msvm;

  constructor(parts: {
    directory: string;
    store: Store;
    core: Core;
    hypervisor: SimulatedHypervisor;
    broker: CimBroker;
    msvm: Msvm;
  }) {
    this.#directory = parts.directory;
    this.#store = parts.store;
    this.#msvm = parts.msvm;
    this.core = parts.core;
    this.hypervisor = parts.hypervisor;
    this.broker = parts.broker;
    this.client = new HyperVClient(parts.broker);
  }

  path(className: string, keys: Record<string, KeyValue>, namespace: string = V2): ObjectPath {
    return ObjectPath.of(className, keys, namespace);
  }

  /** The text of a whole object, as GetText of a client's library gives it. */
  print(instance: CimInstance): string {
    return printEmbedded(instance);
  }

  system(id: string): VirtualSystem {
    return this.core.graph.system(id) ?? assert.fail(`a system ${id}`);
  }

  /** Grows with every change of the system. */
  revision(id: string): number {
    return this.system(id).revision;
  }

  /** A new raw disk in the data directory; the name ends in `.img`. */
  async disk(name: string): Promise<string> {
    const file = join(this.#directory, 'data', 'disks', name);
    await writeFile(file, Buffer.alloc(4096));
    return file;
  }

  /** A new folder that clients may name. */
  async folder(name: string): Promise<string> {
    const folder = join(this.#directory, 'data', name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async removeFile(file: string): Promise<void> {
    await rm(file);
  }

  /** Everything the store holds, jobs aside: what must not change when a call is refused. */
  async stored(): Promise<Readonly<Record<string, readonly string[]>>> {
    const tables: Record<string, readonly string[]> = {};
    for (const table of STORE_TABLES) {
      if (table === 'jobs') continue;
      tables[table] = [...(await this.#store.load(table))]
        .map(([key, value]) => `${key} ${encodeRecord(value)}`)
        .toSorted();
    }
    return tables;
  }

  /** Polls until it holds; the test's own time limit ends it otherwise. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await sleep(5);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#msvm.close();
    await this.core.close();
    await this.hypervisor.close();
    await this.#store.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

export const openWorld = async (options: WorldOptions = {}): Promise<HyperVWorld> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-world-'));
  const dataDirectory = join(directory, 'data');
  const stateDirectory = join(dataDirectory, 'state');
  const runDirectory = join(directory, 'run');
  for (const folder of [stateDirectory, runDirectory, join(dataDirectory, 'disks'), join(dataDirectory, 'vms')]) {
    await mkdir(folder, { recursive: true });
  }
  const store = createMemoryStore();
  const images = createImageTool();
  const hypervisor = createSimulatedHypervisor({
    clock: systemClock,
    startMs: 1,
    bootMs: 1,
    shutdownMs: 1,
    saveMs: 1,
    images,
  });
  const paths = createPathResolver({ dataDirectory, stateDirectory });
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (...said: unknown[]) => console.error(...said),
  };
  const core = await createCore({
    store,
    hypervisor,
    network: new SimulatedNetwork(),
    clock: systemClock,
    later,
    paths,
    disks: createDiskFiles(paths),
    images,
    host: FACTS,
    directories: { state: stateDirectory, run: runDirectory },
    bridges: [],
    hostDisks: await openHostDisks(join(directory, 'attached'), log),
    log,
  });
  await core.recover();
  const repository = loadRepository();
  const broker = (options.broker ?? ((given) => new Broker(given)))({
    repository,
    hostName: FACTS.name,
    pathProperties: PATH_PROPERTIES,
    methodFallback: unsupportedMethods(repository),
  });
  const msvm = registerMsvm(broker, {
    repository,
    graph: core.graph,
    feed: core.feed,
    clock: systemClock,
    metrics: core.metrics,
    pools: core.pools,
    collections: core.collections,
    attached: () => core.images.attached(),
    serviceDefaults: core.serviceDefaults,
  });
  registerMethods(broker, msvm, {
    operations: core.operations,
    auxiliary: core.auxiliary,
    snapshots: core.snapshots,
    referencePoints: core.referencePoints,
    exports: core.exports,
    plans: core.plans,
    images: core.images,
    guests: core.guests,
    metrics: core.metrics,
    pools: core.pools,
    collections: core.collectionOperations,
    switches: core.switches,
    jobs: core.jobs,
    forceAsync: options.forceAsync ?? false,
  });
  return new HyperVWorld({ directory, store, core, hypervisor, broker, msvm });
};
