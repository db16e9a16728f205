import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Core } from '../../src/core/core.ts';
import { createCore } from '../../src/core/core.ts';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import type { ExchangeItemReader } from '../../src/core/guests/exchange-items.ts';
import type { HostDisks } from '../../src/core/disks/host-disks.ts';
import type { ImageTool } from '../../src/core/disks/image-tool.ts';
import { DomainError, type DomainErrorCode } from '../../src/core/errors.ts';
import type { DomainChange } from '../../src/core/events/change.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import type { Log } from '../../src/core/log.ts';
import type { DeviceSetting, HostFacts, SettingValues, VirtualSystem } from '../../src/core/model.ts';
import type { HostNetwork } from '../../src/core/networks/host-network.ts';
import { createPathResolver } from '../../src/core/paths/resolver.ts';
import type { Clock, Store } from '../../src/core/ports.ts';
import type { DefineInput, RequestContext, ResourceInput, SettingRef } from '../../src/core/requests.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { createSimulatedHypervisor, type SimulatedHypervisor } from '../../src/simulated/hypervisor.ts';
import { Faults } from '../../src/simulated/faults.ts';
import { fileWorkPending } from '../../src/simulated/file-work.ts';
import { SimulatedNetwork } from '../../src/simulated/networks.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulated/virtual-clock.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { Patience } from './patience.ts';

export const CALLER: RequestContext = { caller: 'HOST\\admin', requestId: 'r1' };

export const HOST: HostFacts = {
  name: 'HOST',
  logicalProcessors: 4,
  memoryMb: 16_384,
  processorName: 'Test processor',
  bootId: 'boot-1',
};

export interface World {
  readonly core: Core;
  readonly clock: VirtualClock;
  readonly hypervisor: SimulatedHypervisor;
  readonly faults: Faults;
  /** What waits for the world outside to mend. */
  readonly patience: Patience;
  readonly directory: string;
  readonly changes: DomainChange[];
  readonly problems: string[];
  /** Lets go of everything and opens it again on the same store and files, as a restarted service does. */
  restart(options?: { readonly bootId?: string; readonly crash?: boolean }): Promise<void>;
  define(input?: Partial<DefineInput>): Promise<VirtualSystem>;
  /** RequestStateChange to the end of the job. */
  request(system: string, state: number): Promise<Job>;
  ended(job: Job): Promise<Job>;
  until<T>(promise: Promise<T>): Promise<T>;
  /**
   * Resolves when the check holds; lets files be written and a little virtual time pass meanwhile. Rejects, as `until` and all
   * that is built on it, when the service dies meanwhile (`restart` with `crash`).
   */
  eventually(check: () => boolean | Promise<boolean>): Promise<void>;
  system(id: string): VirtualSystem;
  /** A raw image file in an allowed root; answers its path. */
  makeDisk(name?: string): Promise<string>;
  makeIso(name?: string): Promise<string>;
}

interface WorldOptions {
  /** Called at each start of the service; by default always the same store in memory. */
  readonly openStore?: () => Store;
  readonly network?: HostNetwork;
  readonly hostMemoryMb?: number;
  /** What stands between the service and its tool for disk images. */
  readonly images?: (tool: ImageTool) => ImageTool;
  /** Devices of the host; missing: none. */
  readonly hostDisks?: HostDisks;
  readonly exchangeItem?: ExchangeItemReader;
  readonly timeouts?: { readonly guestMs?: number; readonly diskRetryMs?: number };
}

const STEP_MS = 20;
const MAXIMUM_ROUNDS = 50_000;

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};

/** Files and tools take real time; nobody need turn round and round meanwhile. */
const realTime = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** What dead services were at, with the files they had open: Node does not bear that these are lost. */
const GRAVES: (() => void)[] = [];

/** Rounds without work on files after which none follows from what was. */
const REST_ROUNDS = 20;
const filesAtRest = async (): Promise<void> => {
  for (let quiet = 0; quiet < REST_ROUNDS; quiet = fileWorkPending() ? 0 : quiet + 1) await realTime();
};

/** A domain on a store in memory, simulated machines, virtual time and real files; all gone after the test. */
export const makeWorld = async (
  cleanup: { after(dispose: () => Promise<void>): void },
  options: WorldOptions = {},
): Promise<World> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-core-'));
  const clock = createVirtualClock();
  const faults = new Faults();
  const memory = createMemoryStore();
  const openStore = options.openStore ?? ((): Store => memory);
  const changes: DomainChange[] = [];
  const problems: string[] = [];
  const note = (facts: object, message: string): void => {
    const { err } = facts as { readonly err?: unknown };
    problems.push(err === undefined ? message : `${message}: ${err instanceof Error ? err.message : typeof err}`);
  };
  const log: Log = { info: () => undefined, warn: note, error: note };
  const data = join(directory, 'data');
  const disks = join(directory, 'disks');
  await mkdir(disks, { recursive: true });
  await mkdir(join(data, 'state'), { recursive: true });
  const paths = createPathResolver({ dataDirectory: data, stateDirectory: join(data, 'state'), roots: [disks] });

  /** Who asked a service that died hears nothing any more: to go on would be to meddle with the one that follows. */
  let deaths = 0;
  const requireAlive = (since: number): void => {
    if (deaths !== since) throw new Error('the service died meanwhile');
  };

  /** Time passes in small steps, so that what waits for files is not overtaken by what waits for minutes. */
  const until = async <T>(promise: Promise<T>): Promise<T> => {
    const since = deaths;
    const watch = { settled: false };
    const settle = (): void => {
      watch.settled = true;
    };
    promise.then(settle, settle);
    for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
      await turns();
      requireAlive(since);
      if (watch.settled) return promise;
      await (fileWorkPending() ? realTime() : clock.advance(STEP_MS));
    }
    throw new Error('the promise waits for something that does not come');
  };

  const network = options.network ?? new SimulatedNetwork();
  /** Of one service: when that has died, nothing in it goes on that waits for time. */
  const mortalClock = (): Clock => {
    const since = deaths;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (deaths !== since) await new Promise<never>((_, reject) => GRAVES.push(reject));
      },
    };
  };

  const open = async (bootId: string): Promise<{ core: Core; hypervisor: SimulatedHypervisor; patience: Patience }> => {
    const patience = new Patience();
    const images = options.images?.(createImageTool()) ?? createImageTool();
    const hypervisor = createSimulatedHypervisor({
      clock: mortalClock(),
      images,
      faults,
      ...(options.hostMemoryMb === undefined ? {} : { hostMemoryMb: options.hostMemoryMb }),
    });
    const core = await createCore({
      store: openStore(),
      hypervisor,
      network,
      clock,
      later: patience.later,
      paths,
      disks: createDiskFiles(paths),
      images,
      host: { ...HOST, bootId },
      directories: { state: join(data, 'state'), run: join(directory, 'run') },
      bridges: ['br0'],
      log,
      ...(options.hostDisks === undefined ? {} : { hostDisks: options.hostDisks }),
      ...(options.exchangeItem === undefined ? {} : { exchangeItem: options.exchangeItem }),
      ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
    });
    core.feed.listen((change) => changes.push(change));
    await until(core.recover());
    return { core, hypervisor, patience };
  };

  let current = await open(HOST.bootId);
  cleanup.after(async () => {
    await until(current.core.close());
    await current.hypervisor.close();
    await rm(directory, { recursive: true, force: true });
  });

  const ended = async (job: Job): Promise<Job> => {
    const end = await until(current.core.jobs.ended(job.id));
    if (end === undefined) throw new Error(`the job ${job.caption} did not end`);
    return end;
  };
  const make = async (name: string): Promise<string> => {
    const file = join(disks, name);
    await writeFile(file, Buffer.alloc(65_536));
    return file;
  };
  let made = 0;
  return {
    get core() {
      return current.core;
    },
    get hypervisor() {
      return current.hypervisor;
    },
    get patience() {
      return current.patience;
    },
    clock,
    faults,
    directory,
    changes,
    problems,
    restart: async (restart = {}) => {
      if (restart.crash === true) {
        deaths += 1;
        // What a dead service had asked of the disk may still happen; what it would do next may not.
        await filesAtRest();
      } else await until(current.core.close());
      await current.hypervisor.close();
      current = await open(restart.bootId ?? HOST.bootId);
    },
    define: (input = {}) =>
      current.core.operations.define(CALLER, {
        kind: 'realized',
        values: {},
        resources: [],
        reference: null,
        ...input,
      }),
    request: async (system, state) => ended(await current.core.operations.requestState(CALLER, system, state)),
    ended,
    until,
    eventually: async (check) => {
      const since = deaths;
      for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
        const holds = await check();
        requireAlive(since);
        if (holds) return;
        await turns();
        await (fileWorkPending() ? realTime() : clock.advance(1));
      }
      throw new Error('what was expected did not happen');
    },
    system: (id) => {
      const system = current.core.graph.system(id);
      if (system === undefined) throw new Error(`no system ${id}`);
      return system;
    },
    makeDisk: (name = `disk${made++}.raw`) => make(name),
    makeIso: (name = `image${made++}.iso`) => make(name),
  };
};

export const GENERATION_2: SettingValues = { VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' };

export const rasd = (type: number, subType: string, values: SettingValues = {}): ResourceInput => ({
  className: 'Msvm_ResourceAllocationSettingData',
  instanceId: null,
  values: { ResourceType: type, ResourceSubType: `Microsoft:Hyper-V:${subType}`, ...values },
});

export const scsiController = (): ResourceInput => rasd(6, 'Synthetic SCSI Controller');
export const diskDrive = (parent: NonNullable<ResourceInput['parent']>, slot?: string): ResourceInput => ({
  ...rasd(17, 'Synthetic Disk Drive', slot === undefined ? {} : { AddressOnParent: slot }),
  parent,
});
export const dvdDrive = (parent: NonNullable<ResourceInput['parent']>, slot?: string): ResourceInput => ({
  ...rasd(16, 'Synthetic DVD Drive', slot === undefined ? {} : { AddressOnParent: slot }),
  parent,
});
export const image = (
  parent: NonNullable<ResourceInput['parent']>,
  file: string,
  subType = 'Virtual Hard Disk',
): ResourceInput => ({
  className: 'Msvm_StorageAllocationSettingData',
  instanceId: null,
  values: { ResourceType: 31, ResourceSubType: `Microsoft:Hyper-V:${subType}`, HostResource: [file] },
  parent,
});
export const adapter = (values: SettingValues = {}): ResourceInput => ({
  className: 'Msvm_SyntheticEthernetPortSettingData',
  instanceId: null,
  values: { ResourceType: 10, ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port', ...values },
});
export const connection = (
  parent: NonNullable<ResourceInput['parent']>,
  values: SettingValues = {},
): ResourceInput => ({
  className: 'Msvm_EthernetPortAllocationSettingData',
  instanceId: null,
  values: { ResourceType: 33, ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection', ...values },
  parent,
});

/** The first of an array, which must be there. */
export const first = <T>(items: readonly T[]): T => {
  const [item] = items;
  if (item === undefined) throw new Error('the list is empty');
  return item;
};

/** Adds resources and answers their references. */
export const add = (
  world: World,
  system: string,
  ...resources: readonly ResourceInput[]
): Promise<readonly SettingRef[]> => world.core.operations.addResources(CALLER, system, resources);

export const deviceOf = (world: World, ref: SettingRef): DeviceSetting => {
  const device = world.core.graph
    .configuration(ref.configuration)
    ?.configuration.devices.find((held) => held.part === ref.part);
  if (device === undefined) throw new Error(`no setting ${ref.part}`);
  return device;
};

export const ofKind = (system: VirtualSystem, kind: string): readonly DeviceSetting[] =>
  system.active.devices.filter((device) => device.kind === kind);

/** For assert.rejects: a refusal with this code. */
export const refusal =
  (code: DomainErrorCode, text?: RegExp) =>
  (error: unknown): true => {
    if (!(error instanceof DomainError)) throw error;
    if (error.code !== code) throw new Error(`refused with ${error.code} (${error.message}), not ${code}`);
    if (text !== undefined && !text.test(error.message)) throw new Error(`the text does not say it: ${error.message}`);
    return true;
  };
