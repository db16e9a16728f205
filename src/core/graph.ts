import type { Job } from './jobs/job.ts';
import type {
  Configuration,
  EthernetSwitch,
  Guid,
  HostFacts,
  ReferencePoint,
  ServiceSettings,
  Snapshot,
  VirtualSystem,
} from './model.ts';
import type { HostAdapter } from './networks/host-network.ts';
import type { Machine } from './ports.ts';

/** Where a configuration belongs. */
export interface ConfigurationPlace {
  readonly system: VirtualSystem;
  readonly configuration: Configuration;
  /** Null for the active settings of a system or plan. */
  readonly snapshot: Snapshot | null;
}

/** Whose moment it is. */
export interface ReferencePointPlace {
  readonly system: VirtualSystem;
  readonly point: ReferencePoint;
}

/**
 * The live graph: everything a read needs, in memory, indexed. No call waits; none visits all systems unless it says so.
 * GUIDs in any case; names compare without regard to case.
 */
export interface SystemGraph {
  readonly host: HostFacts;
  system(id: Guid): VirtualSystem | undefined;
  /** All systems, plans included, in creation order. */
  systems(): Iterable<VirtualSystem>;
  /** The plan that is shown under this identifier; a machine may have the same (ImportSource.claims). */
  plan(shownId: Guid): VirtualSystem | undefined;
  systemsNamed(elementName: string): Iterable<VirtualSystem>;
  /** Machines that were forked from checkpoints of this one. */
  forksOf(system: Guid): Iterable<VirtualSystem>;
  systemOfProcess(pid: number): VirtualSystem | undefined;
  configuration(id: Guid): ConfigurationPlace | undefined;
  referencePoint(id: Guid): ReferencePointPlace | undefined;
  switch(id: Guid): EthernetSwitch | undefined;
  switches(): Iterable<EthernetSwitch>;
  /** Network adapters of the host that a switch can use, as they were last seen. */
  hostAdapters(): readonly HostAdapter[];
  job(id: Guid): Job | undefined;
  jobs(): Iterable<Job>;
  /** Jobs whose affected elements include the system, a plan, or a setting of one of its configurations. */
  jobsAffecting(system: Guid): Iterable<Job>;
  serviceSettings(): ServiceSettings;
  /** The running machine behind a system. */
  machine(system: Guid): Machine | undefined;
  /** Those that have a process. */
  machines(): Iterable<Machine>;
}
