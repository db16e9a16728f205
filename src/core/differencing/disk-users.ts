import { allOf } from '../all-of.ts';
import { ifRefused } from '../errors.ts';
import { FilesBelow } from '../disks/files-below.ts';
import type { SystemGraph } from '../graph.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { Clock } from '../ports.ts';
import { differencingOf, namedFiles } from './disk-tree.ts';

/** Who needs a file as it is. */
export interface DiskUser {
  /** Its record at that time. */
  readonly system: VirtualSystem;
  readonly how: 'names' | 'liesOver';
  /** Does its record say so? What the files alone say may be changed by hand. */
  readonly recorded: boolean;
}

interface Use extends Omit<DiskUser, 'system'> {
  /** Text of the record that leads to the file. */
  readonly via: string;
}

interface DiskUsersContext {
  readonly graph: Pick<SystemGraph, 'system' | 'systems'>;
  readonly paths: Pick<PathResolver, 'resolve'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Files are looked at again after this many times as long as that took last: a twentieth of the time at most. */
const REST = 20;

/** Systems whose files are looked at side by side. */
const SIDE_BY_SIDE = 8;

/**
 * Which systems name or lie over which file, by its resolved Linux path: by their records and, since a client may have laid a
 * disk over any file, by the headers of their disks. Read when it is asked for: of systems whose disks changed since, and of
 * all after a while, for what was done to files by hand. A file that no system names is nobody's.
 */
export class DiskUsers {
  readonly #graph: DiskUsersContext['graph'];
  readonly #paths: DiskUsersContext['paths'];
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #below: FilesBelow;
  readonly #uses = new Map<Guid, ReadonlyMap<string, readonly Use[]>>();
  readonly #systems = new Map<string, Set<Guid>>();
  readonly #unread = new Set<Guid>();
  #reading: Promise<void> | null = null;
  /** By the clock that only goes forward: from then on all are read again. */
  #allDueAt = 0;

  constructor({ graph, paths, clock }: DiskUsersContext) {
    this.#graph = graph;
    this.#paths = paths;
    this.#clock = clock;
    this.#below = new FilesBelow(paths);
  }

  /** Takes a change of a record in. */
  follow(before: VirtualSystem | null, after: VirtualSystem | null): void {
    if (before !== null && before.id !== after?.id) {
      this.#put(before.id, new Map());
      this.#unread.delete(before.id);
    }
    if (after !== null && (before === null || !hasSameFiles(before, after))) this.#unread.add(after.id);
  }

  /** Who but the system itself, by the files of its record, needs one of these of its files as it is; null: nobody. */
  async userOf(own: Guid, texts: readonly string[]): Promise<DiskUser | null> {
    const files = await Promise.all(texts.map((text) => this.#fileOf(text)));
    await this.#read();
    for (const [i, text] of texts.entries()) {
      const file = files[i] ?? null;
      for (const id of file === null ? [] : (this.#systems.get(file) ?? [])) {
        // As it is now: so were its uses read.
        const system = this.#graph.system(id);
        if (system === undefined) continue;
        const uses = this.#uses.get(id)?.get(file ?? '') ?? [];
        const others = uses.filter(({ via }) => id !== own || !leadsTo(system, via, text));
        const use = others.find(({ recorded }) => recorded) ?? others[0];
        if (use !== undefined) return { system, how: use.how, recorded: use.recorded };
      }
    }
    return null;
  }

  /** Until nothing has changed since. */
  async #read(): Promise<void> {
    do {
      this.#reading ??= this.#readChanged().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    } while (this.#unread.size > 0);
  }

  async #readChanged(): Promise<void> {
    const begun = this.#clock.monotonic();
    const all = begun >= this.#allDueAt;
    const waiting = (all ? [...this.#graph.systems()].map(({ id }) => id) : [...this.#unread]).values();
    this.#below.begin(all);
    const readNext = async (): Promise<void> => {
      for (const id of waiting) {
        // First: what changes while it is read is read again.
        this.#unread.delete(id);
        try {
          const system = this.#graph.system(id);
          const uses = system === undefined ? new Map<string, Use[]>() : await this.#usesOf(system);
          this.#put(id, this.#graph.system(id) === undefined ? new Map() : uses);
        } catch (error) {
          this.#unread.add(id);
          throw error;
        }
      }
    };
    await allOf(Array.from({ length: SIDE_BY_SIDE }, readNext));
    if (!all) return;
    const ended = this.#clock.monotonic();
    this.#allDueAt = ended + REST * (ended - begun);
  }

  async #usesOf(system: VirtualSystem): Promise<ReadonlyMap<string, readonly Use[]>> {
    const uses = new Map<string, Use[]>();
    const add = (file: string, use: Use): void => {
      uses.set(file, [...(uses.get(file) ?? []), use]);
    };
    const named = namedFiles(system);
    for (const via of named)
      for (const [i, file] of (await this.#below.of(via)).entries())
        add(file, i === 0 ? { via, how: 'names', recorded: true } : { via, how: 'liesOver', recorded: false });
    for (const { file, parent, released } of differencingOf(system)) {
      // One that was taken out of the settings is the client's, who may have deleted it.
      const recorded = released === true || named.has(file);
      const top = await this.#below.fileOf(file);
      if (top === null || !(recorded || top.exists)) continue;
      add(top.file, { via: file, how: 'liesOver', recorded });
      const below = parent === null ? null : await this.#below.fileOf(parent);
      if (below !== null) add(below.file, { via: below.text, how: 'liesOver', recorded });
    }
    return uses;
  }

  async #fileOf(text: string): Promise<string | null> {
    return (await this.#paths.resolve(text, 'newFile').catch(ifRefused(null)))?.file ?? null;
  }

  #put(id: Guid, uses: ReadonlyMap<string, readonly Use[]>): void {
    for (const file of this.#uses.get(id)?.keys() ?? []) {
      if (uses.has(file)) continue;
      const systems = this.#systems.get(file);
      systems?.delete(id);
      if (systems?.size === 0) this.#systems.delete(file);
    }
    if (uses.size === 0) this.#uses.delete(id);
    else this.#uses.set(id, uses);
    for (const file of uses.keys()) {
      const systems = this.#systems.get(file);
      if (systems === undefined) this.#systems.set(file, new Set([id]));
      else systems.add(id);
    }
  }
}

/** Is `text` the file of `via`, or one of those below it that the record knows? */
const leadsTo = (system: VirtualSystem, via: string, text: string): boolean => {
  const below = new Map(differencingOf(system).map(({ file, parent }) => [file, parent]));
  for (let at: string | null | undefined = via; at !== null && at !== undefined; at = below.get(at))
    if (at === text) return true;
  return false;
};

/** Do both records name the same files, over the same ones? */
export const hasSameFiles = (a: VirtualSystem, b: VirtualSystem): boolean => {
  if (
    a.active === b.active &&
    a.snapshots === b.snapshots &&
    a.referencePoints === b.referencePoints &&
    a.differencing === b.differencing
  )
    return true;
  const [one, other] = [footprint(a), footprint(b)];
  return one.size === other.size && [...one].every((each) => other.has(each));
};

const footprint = (system: VirtualSystem): ReadonlySet<string> =>
  new Set([
    ...namedFiles(system),
    ...differencingOf(system).map(({ file, parent, streamed }) => JSON.stringify([file, parent, streamed === true])),
  ]);
