import { lstat } from 'node:fs/promises';
import type { DefinedSnapshots } from '../../hvfile/definition/definition.ts';
import { DEFAULT_DEVICES } from '../devices/default-devices.ts';
import { DomainError } from '../errors.ts';
import type { Guid, Instant, Snapshot, UnmappedValue } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import { instantOf } from '../transfer/file-time.ts';
import { type DefinitionFile, readDefinitionFile, resolveDefinition, snapshotFilesIn } from './definition-file.ts';

/** A file of a checkpoint that the machine's definition refers to. */
export interface FoundSnapshot {
  readonly id: Guid;
  readonly createdAt: Instant | null;
  /** Missing: it cannot be read, and `problem` says why. */
  readonly source?: DefinitionFile;
  readonly problem?: string;
  /** Checkpoint that it descends from, as its own file says. */
  readonly parent: Guid | null;
}

/** More checkpoints than this no host has; a list that is longer is an attack. */
const MAX_SNAPSHOTS = 1024;
/** Of all their files: what is read of them is in memory until the plan is made. One of a real host has 80 KiB. */
const MAX_BYTES = 128 << 20;

/**
 * Definitions in the folder that belong to the machine: those that it lists, and those that name it as their machine, for
 * Hyper-V's own list is of a form that is not known.
 */
export const findSnapshots = async (
  paths: PathResolver,
  machine: Pick<DefinitionFile, 'definition'>,
  folder: string,
): Promise<readonly FoundSnapshot[]> => {
  const listed = new Set(machine.definition.snapshots.items.map(({ id }) => id));
  const found: FoundSnapshot[] = [];
  let left = MAX_BYTES;
  for (const [id, text] of await snapshotFilesIn(paths, folder)) {
    if (found.length === MAX_SNAPSHOTS) break;
    if (!listed.has(id) && machine.definition.own !== null) continue;
    const size = await sizeOf(paths, text);
    const read = size > left ? tooMuch(id) : await readOne(paths, id, text);
    if (!listed.has(id) && read.source?.definition.logicalId !== machine.definition.id) continue;
    found.push(read);
    if (read.source !== undefined) left -= size;
  }
  return found;
};

/** 0 for one that cannot be opened: reading it says why. */
const sizeOf = async (paths: PathResolver, text: string): Promise<number> => {
  try {
    return (await lstat((await paths.resolve(text, 'file')).file)).size;
  } catch {
    return 0;
  }
};

const tooMuch = (id: Guid): FoundSnapshot => ({
  id,
  createdAt: null,
  problem: `The definitions in this folder have more than ${MAX_BYTES >> 20} MiB.`,
  parent: null,
});

/** One that breaks its format is as good as missing; the plan says why. */
const readOne = async (paths: PathResolver, id: Guid, text: string): Promise<FoundSnapshot> => {
  try {
    const source = await readDefinitionFile(paths, await resolveDefinition(paths, text));
    const { createdAt, snapshots } = source.definition;
    return {
      id,
      source,
      createdAt: createdAt === null ? null : instantOf(createdAt),
      parent: snapshots.parent,
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { id, createdAt: null, problem: error.message, parent: null };
  }
};

/** The tree that the machine's definition tells, and found checkpoints that it does not list; a parent is one of the tree. */
export const snapshotTree = (
  { definition }: Pick<DefinitionFile, 'definition'>,
  found: readonly FoundSnapshot[],
): DefinedSnapshots['items'] => {
  const parents = new Map<Guid, Guid | null>();
  for (const { id, parent } of definition.snapshots.items.slice(0, MAX_SNAPSHOTS)) parents.set(id, parent);
  for (const { id, parent } of found) if (!parents.has(id)) parents.set(id, parent);
  return [...parents].map(([id, parent]) => ({ id, parent: isRooted(parents, id) ? parent : null }));
};

/** False: its parents go round in a circle or lead out of the tree. */
const isRooted = (parents: ReadonlyMap<Guid, Guid | null>, id: Guid): boolean => {
  const seen = new Set<Guid>();
  for (let at: Guid | null | undefined = id; at !== null; at = parents.get(at)) {
    if (at === undefined || seen.has(at)) return false;
    seen.add(at);
  }
  return true;
};

/** A checkpoint that is only known by its identifier (`…:Snapshot:Missing`). */
export const missingSnapshot = (
  id: Guid,
  parent: Guid | null,
  generation: 1 | 2,
  problem: string | null,
): {
  readonly snapshot: Snapshot;
  readonly runtime: readonly [];
  readonly unmapped: readonly UnmappedValue[];
} => ({
  snapshot: {
    configuration: { id, values: { ElementName: id }, devices: DEFAULT_DEVICES[generation], bootSources: [] },
    type: 'missing',
    parent,
    createdAt: 0,
  },
  runtime: [],
  unmapped: problem === null ? [] : [{ configuration: id, path: '', value: problem }],
});
