import { randomUUID } from 'node:crypto';
import { deviceValue, firstText } from '../devices/effective.ts';
import { DomainError } from '../errors.ts';
import type { SystemGraph } from '../graph.ts';
import type { DeviceKind, DeviceSetting, Guid, VirtualSystem } from '../model.ts';
import type { Store } from '../ports.ts';
import {
  FOLDER_KINDS,
  isPoolable,
  type PoolInput,
  type PoolOperations,
  type PoolParent,
  type PoolReader,
  type ResourcePool,
} from './pool.ts';

interface PoolServices {
  readonly store: Store;
  readonly graph: SystemGraph;
  readonly paths: {
    /** Linux path of a folder that is there. @throws DomainError */
    folder(text: string): Promise<string>;
    /** Linux path of a file that is there or will be. @throws DomainError */
    diskFile(text: string): Promise<string>;
  };
}

const PREFIX = 'pool:';
const MAX_TEXT = 256;
const MAX_POOLS = 1024;
const MAX_RESOURCES = 1024;

const invalid = (message: string): DomainError => new DomainError('invalidParameter', message);
const inUse = (message: string): DomainError => new DomainError('inUse', message);

/** The pools of clients, all in memory; there are few. Calls come one after the other. */
export class ResourcePools implements PoolReader, PoolOperations {
  readonly #services: PoolServices;
  readonly #pools = new Map<Guid, ResourcePool>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(services: PoolServices) {
    this.#services = services;
  }

  static async open(services: PoolServices): Promise<ResourcePools> {
    const pools = new ResourcePools(services);
    for (const [key, value] of await services.store.load('settings'))
      if (key.startsWith(PREFIX)) pools.#pools.set(key.slice(PREFIX.length), value as ResourcePool);
    return pools;
  }

  pools(): Iterable<ResourcePool> {
    return this.#pools.values();
  }

  pool(id: Guid): ResourcePool | undefined {
    return this.#pools.get(id.toUpperCase());
  }

  named(kind: DeviceKind, poolId: string): ResourcePool | undefined {
    const wanted = poolId.toLowerCase();
    for (const pool of this.#pools.values())
      if (pool.kind === kind && pool.poolId.toLowerCase() === wanted) return pool;
    return undefined;
  }

  createPool(input: PoolInput): Promise<ResourcePool> {
    return this.#inTurn(async () => {
      if (!isPoolable(input.kind))
        throw new DomainError(
          'notSupported',
          'Pools are made of disk images (folders) and of Ethernet connections (switches); of this resource the host has one pool.',
        );
      if (this.#pools.size >= MAX_POOLS) throw invalid(`There are ${MAX_POOLS} pools already. Delete some first.`);
      const pool: ResourcePool = { id: randomUUID().toUpperCase(), ...input };
      this.#checkTexts(pool);
      await this.#checkParents(pool);
      await this.#put(pool);
      return pool;
    });
  }

  deletePool(id: Guid): Promise<void> {
    return this.#inTurn(async () => {
      const pool = this.#required(id);
      this.#requireUnused(pool, 'deleted');
      await this.#services.store.commit([{ table: 'settings', key: PREFIX + pool.id, value: null }]);
      this.#pools.delete(pool.id);
    });
  }

  changeParents(id: Guid, parents: readonly PoolParent[]): Promise<void> {
    return this.#inTurn(async () => {
      const pool: ResourcePool = { ...this.#required(id), parents };
      await this.#checkParents(pool);
      for (const child of this.#pools.values())
        for (const parent of child.parents)
          if (parent.pool === pool.id && !(await this.#handsOnAll(pool, parent.resources)))
            throw inUse(
              `The pool '${child.poolId}' takes from it what it would not have any more. Change that one first.`,
            );
      for (const { system, setting } of this.#users(pool))
        if (!(await this.#hasFor(pool, setting)))
          throw inUse(`The virtual machine ${system.id} has from it what it would not have any more.`);
      await this.#put(pool);
    });
  }

  changeSettings(
    id: Guid,
    settings: { readonly poolId?: string; readonly name?: string; readonly notes?: string },
  ): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#required(id);
      const pool: ResourcePool = { ...before, ...settings };
      // The settings of machines name it so.
      if (pool.poolId !== before.poolId) this.#requireUnused(before, 'given another PoolID');
      this.#checkTexts(pool);
      await this.#put(pool);
    });
  }

  /**
   * A setting may name a pool of its kind that has what it names. Kinds that have one pool keep what they are given.
   * @throws DomainError invalidParameter
   */
  async checkSetting(setting: DeviceSetting): Promise<void> {
    const poolId = deviceValue(setting, 'PoolID');
    if (typeof poolId !== 'string' || poolId === '' || !isPoolable(setting.kind)) return;
    const pool = this.named(setting.kind, poolId);
    if (pool === undefined)
      throw invalid(
        `There is no pool '${short(poolId)}' for this resource. Leave PoolID empty for the pool of the host.`,
      );
    if (!(await this.#hasFor(pool, setting)))
      throw invalid(
        FOLDER_KINDS.has(setting.kind)
          ? `The file is in no folder of the pool '${pool.poolId}'.`
          : `The switch is not in the pool '${pool.poolId}'.`,
      );
  }

  #required(id: Guid): ResourcePool {
    const pool = this.pool(id);
    if (pool === undefined) throw invalid('There is no such pool. It may have been deleted.');
    return pool;
  }

  #checkTexts(pool: ResourcePool): void {
    for (const [name, text] of [
      ['PoolID', pool.poolId],
      ['ElementName', pool.name],
    ] as const)
      if (text.length > MAX_TEXT) throw invalid(`${name} is longer than ${MAX_TEXT} characters.`);
    if (pool.poolId.trim() === '') throw invalid('PoolID is missing: settings name the pool by it.');
    const other = this.named(pool.kind, pool.poolId);
    if (other !== undefined && other.id !== pool.id)
      throw invalid(`There is a pool '${short(pool.poolId)}' of this resource already. Choose another PoolID.`);
  }

  async #checkParents(pool: ResourcePool): Promise<void> {
    if (pool.parents.length === 0)
      throw invalid('A pool takes from another one: name the pool of the host, or one of yours.');
    if (new Set(pool.parents.map((parent) => parent.pool)).size < pool.parents.length)
      throw invalid('A parent is named twice. Give each parent one allocation.');
    for (const { pool: id, resources } of pool.parents) {
      if (resources.length > MAX_RESOURCES)
        throw invalid(`A pool takes at most ${MAX_RESOURCES} resources from another.`);
      const parent = id === null ? null : this.#required(id);
      if (parent !== null && parent.kind !== pool.kind)
        throw new DomainError('wrongType', `The pool '${parent.poolId}' hands out another resource.`);
      if (parent !== null && this.#descends(parent, pool.id))
        throw invalid(`The pool '${parent.poolId}' takes from this one itself.`);
      // The pool of the host is everything: what is taken of it must be said.
      if (parent === null && resources.length === 0)
        throw invalid('HostResource of the allocation is empty. Name the folders or switches of the pool.');
      for (const resource of resources) await this.#resolve(pool.kind, resource);
      if (parent !== null && !(await this.#handsOnAll(parent, resources)))
        throw invalid(`The pool '${parent.poolId}' has not all that is to be taken from it.`);
    }
  }

  #descends(pool: ResourcePool, from: Guid): boolean {
    return (
      pool.id === from ||
      pool.parents.some(({ pool: id }) => {
        const parent = id === null ? undefined : this.pool(id);
        return parent !== undefined && this.#descends(parent, from);
      })
    );
  }

  /** Linux path of a folder, or the id of a switch. @throws DomainError for what is not there */
  async #resolve(kind: DeviceKind, resource: string): Promise<string> {
    if (FOLDER_KINDS.has(kind)) return this.#services.paths.folder(resource);
    const id = resource.startsWith('switch:') ? resource.slice('switch:'.length) : '';
    if (this.#services.graph.switch(id) === undefined)
      throw invalid(`'${short(resource)}' is no switch of this host. Give the path of a Msvm_VirtualEthernetSwitch.`);
    return id.toUpperCase();
  }

  /** Everything that the pool has, resolved; what is gone meanwhile is not among it. */
  async #contents(pool: ResourcePool): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { pool: id, resources } of pool.parents) {
      const parent = id === null ? undefined : this.pool(id);
      if (resources.length === 0 && parent !== undefined) found.push(...(await this.#contents(parent)));
      for (const resource of resources) {
        const one = await this.#resolve(pool.kind, resource).catch(() => null);
        if (one !== null) found.push(one);
      }
    }
    return found;
  }

  async #handsOnAll(pool: ResourcePool, resources: readonly string[]): Promise<boolean> {
    const held = await this.#contents(pool);
    for (const resource of resources) {
      const wanted = await this.#resolve(pool.kind, resource).catch(() => null);
      if (wanted === null || !held.some((one) => lies(pool.kind, one, wanted))) return false;
    }
    return true;
  }

  async #hasFor(pool: ResourcePool, setting: DeviceSetting): Promise<boolean> {
    const named = firstText(setting, 'HostResource');
    // Nothing is taken yet.
    if (named === null) return true;
    const wanted = FOLDER_KINDS.has(pool.kind)
      ? await this.#services.paths.diskFile(named).catch(() => null)
      : named.replace(/^switch:/, '').toUpperCase();
    if (wanted === null) return false;
    return (await this.#contents(pool)).some((one) => lies(pool.kind, one, wanted));
  }

  /** Settings of machines that name the pool. Visits all machines: for what changes pools only. */
  *#users(pool: ResourcePool): Iterable<{ readonly system: VirtualSystem; readonly setting: DeviceSetting }> {
    const wanted = pool.poolId.toLowerCase();
    for (const system of this.#services.graph.systems())
      for (const configuration of [system.active, ...system.snapshots.map((snapshot) => snapshot.configuration)])
        for (const setting of configuration.devices) {
          const poolId = setting.values['PoolID'];
          if (setting.kind === pool.kind && typeof poolId === 'string' && poolId.toLowerCase() === wanted)
            yield { system, setting };
        }
  }

  #requireUnused(pool: ResourcePool, what: string): void {
    for (const child of this.#pools.values())
      if (child.parents.some((parent) => parent.pool === pool.id))
        throw inUse(`The pool '${child.poolId}' takes from it: it cannot be ${what}.`);
    for (const { system } of this.#users(pool))
      throw inUse(`The virtual machine ${system.id} takes from it: it cannot be ${what}.`);
  }

  async #put(pool: ResourcePool): Promise<void> {
    await this.#services.store.commit([{ table: 'settings', key: PREFIX + pool.id, value: pool }]);
    this.#pools.set(pool.id, pool);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** A file or folder in a folder, or the same switch. */
const lies = (kind: DeviceKind, held: string, wanted: string): boolean =>
  held === wanted || (FOLDER_KINDS.has(kind) && wanted.startsWith(held.endsWith('/') ? held : `${held}/`));

const short = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200);
