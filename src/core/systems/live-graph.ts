import type { DomainChange } from '../events/change.ts';
import type { ConfigurationPlace, ReferencePointPlace, SystemGraph } from '../graph.ts';
import type { Job } from '../jobs/job.ts';
import type { EthernetSwitch, Guid, HostFacts, ServiceSettings, VirtualSystem } from '../model.ts';
import type { HostAdapter } from '../networks/host-network.ts';
import type { Machine } from '../ports.ts';
import { foldName } from './identifiers.ts';
import { elementNameOf } from './system-defaults.ts';

/** The jobs as the graph reads them; jobs/ keeps them. */
export interface JobIndex {
  get(id: Guid): Job | undefined;
  all(): Iterable<Job>;
  affecting(elementId: Guid): Iterable<Job>;
}

/** One id or several under a key: nearly always one, and a Set for each would cost more than the system itself. */
type Ids = Guid | Set<Guid>;

class Index<K> {
  readonly #entries = new Map<K, Ids>();

  add(key: K, id: Guid): void {
    const held = this.#entries.get(key);
    if (held === undefined) this.#entries.set(key, id);
    else if (typeof held === 'string') this.#entries.set(key, new Set([held, id]));
    else held.add(id);
  }

  remove(key: K, id: Guid): void {
    const held = this.#entries.get(key);
    if (held === id) this.#entries.delete(key);
    else if (held instanceof Set) {
      held.delete(id);
      if (held.size === 0) this.#entries.delete(key);
    }
  }

  ids(key: K): Iterable<Guid> {
    const held = this.#entries.get(key);
    if (held === undefined) return [];
    return typeof held === 'string' ? [held] : held;
  }
}

/** The graph in memory. Changes come in only after they are durable (architecture, habit 13). */
export class LiveGraph implements SystemGraph {
  readonly host: HostFacts;
  readonly #jobs: JobIndex;
  readonly #systems = new Map<Guid, VirtualSystem>();
  readonly #names = new Index<string>();
  /** Snapshot configurations only: an active configuration has the id of its system. */
  readonly #snapshots = new Map<Guid, Guid>();
  readonly #points = new Map<Guid, Guid>();
  readonly #processes = new Map<number, Guid>();
  /** Plans by an identifier that they are shown under and do not have yet. */
  readonly #claims = new Map<Guid, Guid>();
  /** Forks by the system that they depend on. */
  readonly #forks = new Index<Guid>();
  readonly #switches = new Map<Guid, EthernetSwitch>();
  readonly #machines = new Map<Guid, Machine>();
  #adapters: readonly HostAdapter[] = [];
  #service: ServiceSettings;

  constructor(host: HostFacts, jobs: JobIndex, service: ServiceSettings) {
    this.host = host;
    this.#jobs = jobs;
    this.#service = service;
  }

  system(id: Guid): VirtualSystem | undefined {
    return this.#systems.get(id) ?? this.#systems.get(id.toUpperCase());
  }

  systems(): Iterable<VirtualSystem> {
    return this.#systems.values();
  }

  plan(shownId: Guid): VirtualSystem | undefined {
    const key = shownId.toUpperCase();
    const own = this.#systems.get(key);
    return own?.kind === 'planned' ? own : this.#systems.get(this.#claims.get(key) ?? '');
  }

  get systemCount(): number {
    return this.#systems.size;
  }

  *systemsNamed(elementName: string): Generator<VirtualSystem> {
    for (const id of this.#names.ids(foldName(elementName))) {
      const system = this.#systems.get(id);
      if (system !== undefined) yield system;
    }
  }

  *forksOf(system: Guid): Generator<VirtualSystem> {
    for (const id of this.#forks.ids(system)) {
      const fork = this.#systems.get(id);
      if (fork !== undefined) yield fork;
    }
  }

  systemOfProcess(pid: number): VirtualSystem | undefined {
    const id = this.#processes.get(pid);
    return id === undefined ? undefined : this.#systems.get(id);
  }

  configuration(id: Guid): ConfigurationPlace | undefined {
    const own = this.system(id);
    if (own !== undefined) return { system: own, configuration: own.active, snapshot: null };
    const key = id.toUpperCase();
    const owner = this.#snapshots.get(key);
    const system = owner === undefined ? undefined : this.#systems.get(owner);
    const snapshot = system?.snapshots.find((candidate) => candidate.configuration.id === key);
    if (system === undefined || snapshot === undefined) return undefined;
    return { system, configuration: snapshot.configuration, snapshot };
  }

  referencePoint(id: Guid): ReferencePointPlace | undefined {
    const key = id.toUpperCase();
    const system = this.#systems.get(this.#points.get(key) ?? '');
    const point = system?.referencePoints?.find((candidate) => candidate.id === key);
    return system === undefined || point === undefined ? undefined : { system, point };
  }

  switch(id: Guid): EthernetSwitch | undefined {
    return this.#switches.get(id.toUpperCase());
  }

  switches(): Iterable<EthernetSwitch> {
    return this.#switches.values();
  }

  hostAdapters(): readonly HostAdapter[] {
    return this.#adapters;
  }

  setHostAdapters(adapters: readonly HostAdapter[]): void {
    this.#adapters = adapters;
  }

  job(id: Guid): Job | undefined {
    return this.#jobs.get(id);
  }

  jobs(): Iterable<Job> {
    return this.#jobs.all();
  }

  jobsAffecting(system: Guid): Iterable<Job> {
    const snapshots = this.system(system)?.snapshots ?? [];
    const own = this.#jobs.affecting(system.toUpperCase());
    if (snapshots.length === 0) return own;
    const found = new Set(own);
    for (const { configuration } of snapshots) for (const job of this.#jobs.affecting(configuration.id)) found.add(job);
    return found;
  }

  serviceSettings(): ServiceSettings {
    return this.#service;
  }

  machine(system: Guid): Machine | undefined {
    return this.#machines.get(system.toUpperCase());
  }

  machines(): Iterable<Machine> {
    return this.#machines.values();
  }

  setMachine(system: Guid, machine: Machine | null): void {
    if (machine === null) this.#machines.delete(system);
    else this.#machines.set(system, machine);
  }

  /** Takes a durable change in. Jobs and collections are kept elsewhere and pass by. */
  apply(change: DomainChange): void {
    switch (change.kind) {
      case 'system':
        this.#replaceSystem(change.before, change.after);
        break;
      case 'switch':
        if (change.after !== null) this.#switches.set(change.after.id, change.after);
        else if (change.before !== null) this.#switches.delete(change.before.id);
        break;
      case 'service':
        this.#service = change.after;
        break;
      case 'job':
      case 'collection':
      case 'collectionSnapshot':
      case 'collectionPoint':
        break;
    }
  }

  #replaceSystem(before: VirtualSystem | null, after: VirtualSystem | null): void {
    if (before !== null && (after === null || !sameIndexKeys(before, after))) this.#unlink(before);
    // A plan may get another identifier when it becomes a machine (ImportSource.claims).
    if (before !== null && before.id !== after?.id) this.#systems.delete(before.id);
    if (after === null) return;
    this.#systems.set(after.id, after);
    if (before === null || !sameIndexKeys(before, after)) this.#link(after);
  }

  #link(system: VirtualSystem): void {
    this.#names.add(foldName(elementNameOf(system.active)), system.id);
    for (const snapshot of system.snapshots) this.#snapshots.set(snapshot.configuration.id, system.id);
    for (const point of system.referencePoints ?? []) this.#points.set(point.id, system.id);
    if (system.process !== null) this.#processes.set(system.process.pid, system.id);
    if (system.importSource?.claims !== undefined) this.#claims.set(system.importSource.claims, system.id);
    if (system.forkedFrom !== undefined) this.#forks.add(system.forkedFrom.system, system.id);
  }

  #unlink(system: VirtualSystem): void {
    this.#names.remove(foldName(elementNameOf(system.active)), system.id);
    for (const snapshot of system.snapshots) this.#snapshots.delete(snapshot.configuration.id);
    for (const point of system.referencePoints ?? []) this.#points.delete(point.id);
    if (system.process !== null) this.#processes.delete(system.process.pid);
    if (system.importSource?.claims !== undefined) this.#claims.delete(system.importSource.claims);
    if (system.forkedFrom !== undefined) this.#forks.remove(system.forkedFrom.system, system.id);
  }
}

const sameIndexKeys = (a: VirtualSystem, b: VirtualSystem): boolean =>
  a.id === b.id &&
  elementNameOf(a.active) === elementNameOf(b.active) &&
  a.snapshots === b.snapshots &&
  a.referencePoints === b.referencePoints &&
  a.process === b.process &&
  a.importSource?.claims === b.importSource?.claims &&
  a.forkedFrom?.system === b.forkedFrom?.system;
