import type { DiskFiles } from './disks/disk-files.ts';
import { type HostDisks, noHostDisks } from './disks/host-disks.ts';
import type { ImageTool } from './disks/image-tool.ts';
import type { DomainFeed } from './events/change.ts';
import { createFeed } from './events/feed.ts';
import type { SystemGraph } from './graph.ts';
import { allocatedBytes } from './images/describe.ts';
import { Attachments } from './images/attachments.ts';
import { imageOperations } from './images/operations.ts';
import { type Jobs, openJobs } from './jobs/runner.ts';
import type { Log } from './log.ts';
import { type ExchangeItemReader, ExchangeItems } from './guests/exchange-items.ts';
import { GuestRounds } from './guests/rounds.ts';
import { TimeSynchronisation } from './guests/time-synchronisation.ts';
import { guestOperations } from './guests/copy-files.ts';
import type { HostFacts, ServiceSettings, SettingValues } from './model.ts';
import type { HostNetwork } from './networks/host-network.ts';
import { Metrics } from './metrics/metrics.ts';
import { type NatMode, withNatNetwork } from './networks/nat-switch.ts';
import { loadSwitches } from './networks/load-switches.ts';
import { realizeSwitches } from './switches/realize-switches.ts';
import { switchOperations } from './switches/switch-operations.ts';
import { ResourcePools } from './pools/resource-pools.ts';
import type { CollectionOperations, CollectionReader } from './collections/collection.ts';
import { Collections } from './collections/collections.ts';
import { collectionOperations } from './collections/operations.ts';
import type { PathResolver } from './paths/resolver.ts';
import type { Clock, Hypervisor, Later, Store } from './ports.ts';
import type {
  AuxiliaryOperations,
  ExportOperations,
  GuestOperations,
  ImageOperations,
  ReferencePointOperations,
  SnapshotOperations,
  SwitchOperations,
  SystemOperations,
} from './requests.ts';
import type { PlanOperations } from './plans/requests.ts';
import { planOperations } from './plans/operations.ts';
import { referencePointOperations } from './reference-points/operations.ts';
import { DiskUsers } from './differencing/disk-users.ts';
import { DiskWork } from './differencing/disk-work.ts';
import { DiskMerging } from './snapshots/merging.ts';
import { openSnapshots } from './snapshots/operations.ts';
import { adoptMachines } from './systems/running/adoption.ts';
import { AutomaticStarts } from './systems/running/automatic-starts.ts';
import { openAuxiliary } from './systems/auxiliary.ts';
import type { PowerTimeouts, SystemsContext } from './systems/context.ts';
import { stopForHost } from './systems/running/host-actions.ts';
import { HostBoot } from './systems/host-boot.ts';
import { DynamicMemory } from './systems/running/dynamic-memory.ts';
import { Ledger } from './systems/ledger.ts';
import { LiveGraph } from './systems/live-graph.ts';
import { loadSystems } from './systems/load-systems.ts';
import { MacPool } from './systems/mac-pool.ts';
import { MachineEvents } from './systems/running/machine-events.ts';
import { MachineFleet } from './systems/machine-fleet.ts';
import { systemOperations } from './systems/operations.ts';
import { PowerControl, SERVICE_CALLER } from './systems/power/power-control.ts';
import { createSystemPaths, type SystemDirectories } from './systems/files/resolved-paths.ts';
import { SERVICE_KEY, serviceDefaults } from './systems/settings/service-settings.ts';
import { Turns } from './systems/turns.ts';
import type { DiskStyle } from './transfer/export-disks.ts';
import { exportOperations } from './transfer/export-operations.ts';

export interface CoreOptions {
  readonly store: Store;
  readonly hypervisor: Hypervisor;
  readonly network: HostNetwork;
  readonly clock: Clock;
  readonly later: Later;
  readonly paths: PathResolver;
  readonly disks: DiskFiles;
  readonly images: ImageTool;
  readonly host: HostFacts;
  readonly directories: SystemDirectories;
  /** Linux bridges to offer as switches (networks/host-bridges.ts). */
  readonly bridges: readonly string[];
  readonly log: Log;
  /** Format of disks in exports that do not ask for one; missing: VHDX. */
  readonly exportStyle?: DiskStyle;
  /** Where the NAT switch is; missing: in the process of each machine. */
  readonly natSwitch?: NatMode;
  /** Missing: disks are not attached to the host. */
  readonly hostDisks?: HostDisks;
  readonly timeouts?: Partial<PowerTimeouts>;
  /** Missing: guests are not told the items of the host. */
  readonly exchangeItem?: ExchangeItemReader;
}

/** The domain, opened on a store. Reads work at once; machines are known after `recover`. */
export interface Core {
  readonly graph: SystemGraph;
  readonly operations: SystemOperations;
  readonly auxiliary: AuxiliaryOperations;
  readonly snapshots: SnapshotOperations;
  readonly referencePoints: ReferencePointOperations;
  readonly exports: ExportOperations;
  readonly plans: PlanOperations;
  readonly images: ImageOperations;
  readonly guests: GuestOperations;
  readonly switches: SwitchOperations;
  readonly metrics: Metrics;
  readonly pools: ResourcePools;
  readonly collections: CollectionReader;
  readonly collectionOperations: CollectionOperations;
  readonly jobs: Jobs;
  readonly feed: DomainFeed;
  /** What a setting of the service is until a client changes it; `graph.serviceSettings` holds only the changed ones. */
  readonly serviceDefaults: SettingValues;
  /**
   * Call once, before requests are taken: takes over running machines and resolves what a former service left (K18, K20).
   * Automatic starts go on in the background.
   */
  recover(): Promise<void>;
  /** The host goes down: automatic stop actions (lifecycle §5). Answers the names of the machines that still run. */
  stopForHost(): Promise<readonly string[]>;
  /** Lets go: machines run on, nothing more is written. Store and hypervisor stay open; their owner closes them after it. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUTS: PowerTimeouts = { guestMs: 300_000, guestRepeatMs: 10_000, diskRetryMs: 30_000 };
/** Time for transitions to come to an end when the service stops. */
const CLOSE_GRACE_MS = 3_000;

export const createCore = async (options: CoreOptions): Promise<Core> => {
  const { store, hypervisor, network, clock, paths, disks, images, host, log } = options;
  const feed = createFeed((error) => log.error({ err: error }, 'a listener of the domain failed'));
  const jobs = await openJobs({
    store,
    feed,
    clock,
    later: options.later,
    onInternalError: (jobId, error) => log.error({ err: error, job: jobId }, 'a job met an internal error'),
  });
  const settings = (await store.load('settings')).get(SERVICE_KEY) as ServiceSettings | undefined;
  const graph = new LiveGraph(host, jobs, settings ?? { values: {} });
  await loadSystems(store, graph);
  for (const found of await loadSwitches(store, options.bridges)) {
    const after =
      found.kind === 'nat' ? await withNatNetwork({ store, network, log }, found, options.natSwitch ?? 'user') : found;
    graph.apply({ kind: 'switch', before: null, after });
  }
  const macs = new MacPool();
  feed.listen((change) => {
    if (change.kind === 'system') macs.follow(change.before, change.after);
  });
  const diskUsers = new DiskUsers({ graph, paths, clock });
  feed.listen((change) => {
    if (change.kind === 'system') diskUsers.follow(change.before, change.after);
  });
  const systemPaths = createSystemPaths(paths, options.directories);
  const pools = await ResourcePools.open({ store, graph, paths: systemPaths });
  const context: SystemsContext = {
    graph,
    ledger: new Ledger(store, graph, feed),
    turns: new Turns(),
    jobs,
    store,
    hypervisor,
    network,
    fleet: new MachineFleet(graph),
    clock,
    later: options.later,
    disks,
    images,
    diskWork: new DiskWork(),
    diskUsers,
    paths: systemPaths,
    host,
    boot: await HostBoot.open({ store, graph, host }),
    log,
    macs,
    pools,
    serviceDefaults: serviceDefaults(host, {
      externalDataRoot: paths.defaultFolder('vms'),
      virtualHardDiskPath: paths.defaultFolder('disks'),
    }),
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
  };
  const power = new PowerControl(context);
  const snapshots = openSnapshots(context, power);
  const { automatic } = snapshots;
  const events = new MachineEvents(context, power, {
    revert: async (snapshot) => {
      await jobs.ended((await snapshots.operations.apply(SERVICE_CALLER, snapshot)).id);
    },
    stoppedWell: (system) => automatic.afterCleanStop(system),
  });
  feed.listen((change) => {
    if (change.kind !== 'system' || change.before?.power !== 'stopping' || change.after?.power !== 'off') return;
    void automatic.afterCleanStop(change.after.id);
  });
  const auxiliary = await openAuxiliary(context);
  const merging = new DiskMerging(context, feed);
  const memory = new DynamicMemory(context);
  const rounds = new GuestRounds(context, [
    new TimeSynchronisation(context),
    ...(options.exchangeItem === undefined ? [] : [new ExchangeItems(context, options.exchangeItem)]),
  ]);
  const metrics = await Metrics.open({
    store,
    graph,
    feed,
    clock,
    log,
    pools,
    sizeOfDisk: (text) => allocatedBytes(paths, text),
  });
  const exports = exportOperations(context, paths, options.exportStyle ?? 'hyperV');
  const referencePoints = referencePointOperations(context, paths);
  const collections = await Collections.open({ store, graph, feed, log });
  feed.listen((change) => collections.follow(change));
  const hostDisks = options.hostDisks ?? noHostDisks('Disks are not attached to the host by this service.');
  const attachments = await Attachments.open({ store, disks, log, host: hostDisks });
  const closing = new AbortController();
  return {
    graph,
    operations: systemOperations(context, power, snapshots.hooks),
    auxiliary,
    snapshots: snapshots.operations,
    referencePoints,
    exports,
    plans: planOperations(context, paths),
    images: imageOperations(context, paths, attachments),
    guests: guestOperations(context, paths),
    switches: switchOperations(context),
    metrics,
    pools,
    collections,
    collectionOperations: collectionOperations({
      context,
      collections,
      snapshots: snapshots.operations,
      referencePoints,
      exports,
    }),
    jobs,
    feed,
    serviceDefaults: context.serviceDefaults,
    recover: async () => {
      await realizeSwitches(context);
      await adoptMachines(context, events, closing.signal);
      await jobs.recover();
      merging.begin();
      memory.begin();
      rounds.begin();
      await new AutomaticStarts(context, power, closing.signal).begin();
    },
    stopForHost: () => stopForHost(context, power),
    close: async () => {
      closing.abort();
      events.close();
      merging.close();
      memory.close();
      rounds.close();
      await jobs.close();
      await metrics.close();
      await collections.close();
      const grace = new AbortController();
      await Promise.race([power.quiet(), clock.sleep(CLOSE_GRACE_MS, grace.signal).catch(() => undefined)]);
      grace.abort();
      context.ledger.close();
      context.fleet.close();
    },
  };
};
