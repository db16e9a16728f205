import { constants } from 'node:fs';
import { link, lstat, rm, rmdir } from 'node:fs/promises';
import { chainFiles } from '../disks/chain-files.ts';
import { copyFile } from '../disks/copy-file.ts';
import type { DiskFiles } from '../disks/disk-files.ts';
import { requireSpace } from '../disks/free-space.ts';
import { DomainError } from '../errors.ts';
import type { FileProgress } from '../jobs/job.ts';
import type { VirtualSystem } from '../model.ts';
import { type OpenFolder, openFolder } from '../paths/open-folder.ts';
import { openResolved } from '../paths/open.ts';
import { baseName, folderOf, joinText } from '../paths/path-text.ts';
import type { PathResolver } from '../paths/resolver.ts';
import { syncFolder } from '../paths/sync.ts';
import type { DiskImage } from '../machine-spec.ts';
import type { MachineImport } from './requests.ts';
import { disksOf, withFiles } from '../differencing/disk-tree.ts';
import type { SystemsContext } from '../systems/context.ts';
import { type HoldContext, holdForReading } from '../systems/running/held-disks.ts';
import { newGuid } from '../systems/identifiers.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { effectiveServiceSettings } from '../systems/settings/service-settings.ts';
import { identityOf, missingFolders } from '../transfer/export-folder.ts';

/** One file that is copied; both are texts of paths. */
interface DiskCopy {
  readonly from: string;
  readonly to: string;
  /** Its name in the same folder until it is whole. */
  readonly unfinished: string;
}

/** Chosen and stored before any file is made. */
export interface CopyPlan {
  readonly copies: readonly DiskCopy[];
  /** Linux paths of folders that are not there before, the outermost first. */
  readonly made: readonly string[];
}

/** What tells a file from one that somebody else puts under its name: by the text of its path. */
export type CopyIdentities = Readonly<Record<string, string>>;

export const NO_COPIES: CopyPlan = { copies: [], made: [] };

/**
 * A plan on copies of its disks (CreateCopy). The chain of a disk goes along under the names of its files, which lie in one
 * folder as those of an export do, so that each finds the one it descends from. @throws DomainError invalidParameter
 */
export const planCopies = async (
  context: Pick<SystemsContext, 'disks' | 'graph' | 'serviceDefaults'>,
  paths: PathResolver,
  plan: VirtualSystem,
  { folder, targets }: NonNullable<MachineImport['copy']>,
): Promise<{ readonly plan: VirtualSystem; readonly copies: CopyPlan }> => {
  const service = effectiveServiceSettings(context.serviceDefaults, context.graph.serviceSettings());
  const root = folder ?? String(service.DefaultVirtualHardDiskPath ?? '');
  const names = new Map<string, string>();
  const copies = new Map<string, DiskCopy>();
  const configurations = [plan.active, ...plan.snapshots.map(({ configuration }) => configuration)];
  const sweep = context.disks.sweep();
  for (const { file } of configurations.flatMap(disksOf)) {
    const image = names.has(file) ? null : await diskAt(sweep, file);
    if (image === null) continue;
    const to = targets.get(file.toLowerCase()) ?? joinText(root, baseName(file));
    names.set(file, to);
    copies.set(image.file, { from: file, to, unfinished: `.${newGuid()}` });
    for (const below of chainFiles(image).slice(1)) {
      if (copies.has(below)) continue;
      copies.set(below, {
        from: below,
        to: joinText(folderOf(to), baseName(below)),
        unfinished: `.${newGuid()}`,
      });
    }
  }
  const taken = new Set<string>();
  const made = new Set<string>();
  for (const { to } of copies.values()) {
    if (taken.has(to.toLowerCase()))
      throw invalid(`Two disks would be copied to ${quote(to)}. Name different files in TargetResourcePaths.`);
    taken.add(to.toLowerCase());
    const { file } = await paths.resolve(folderOf(to), 'newFolder');
    if ((await identityOf(`${file}/${baseName(to)}`)) !== null) throw thereAlready(to);
    for (const each of await missingFolders(file)) made.add(each);
  }
  return {
    plan: {
      ...plan,
      active: withFiles(plan.active, names),
      snapshots: plan.snapshots.map((each) => ({ ...each, configuration: withFiles(each.configuration, names) })),
    },
    copies: { copies: [...copies.values()], made: [...made].toSorted() },
  };
};

/** What is no disk (null) is not copied: validation says what is wrong with it. */
const diskAt = async (disks: Pick<DiskFiles, 'inspect'>, file: string): Promise<DiskImage | null> => {
  try {
    return await disks.inspect(file, 'disk', 'read');
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
};

/**
 * Every copy has its name only when it is whole and durable, and takes it from nobody; `keep` stores what tells it from other
 * files before. `progress`: fraction of all bytes, and those of the file that is copied. The sources are only read.
 */
export const copyDisks = async (
  context: HoldContext,
  paths: PathResolver,
  { copies }: CopyPlan,
  options: {
    readonly signal: AbortSignal;
    readonly progress: (fraction: number, file: FileProgress) => void;
    readonly keep: (identities: CopyIdentities) => Promise<void>;
    /** What was kept before it was interrupted. */
    readonly kept: CopyIdentities;
  },
): Promise<void> => {
  const files: { readonly size: number; readonly room: number }[] = [];
  const sources: string[] = [];
  for (const { from } of copies) {
    const { file } = await paths.resolve(from, 'file');
    sources.push(file);
    const { size, blocks } = await lstat(file);
    // Holes stay holes.
    files.push({ size, room: Math.min(size, blocks * 512) });
  }
  await using _held = await holdForReading(context, sources);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const identities: Record<string, string> = { ...options.kept };
  let done = 0;
  for (const [index, copy] of copies.entries()) {
    const { size, room } = files[index] ?? { size: 0, room: 0 };
    const before = done;
    const progress = (bytes: number): void =>
      options.progress(total === 0 ? 1 : (before + bytes) / total, {
        name: copy.from,
        done: Math.min(bytes, size),
        total: size,
      });
    progress(0);
    const made = await inFolderOf(paths, copy, async (folder) => {
      const held = await identityOf(folder.inside(baseName(copy.to)));
      if (held !== null && held === identities[copy.to]) return null;
      await requireSpace(folder.file, room, `the copy of ${quote(copy.from)}`);
      await copyInto(paths, folder, copy, { signal: options.signal, progress });
      return identityOf(folder.inside(copy.unfinished));
    });
    if (made !== null) {
      identities[copy.to] = made;
      await options.keep({ ...identities });
      await inFolderOf(paths, copy, (folder) => publish(folder, copy));
    }
    done += size;
  }
};

const inFolderOf = async <T>(
  paths: PathResolver,
  { to }: DiskCopy,
  work: (folder: OpenFolder) => Promise<T>,
): Promise<T> => {
  const folder = await openFolder(await paths.resolve(folderOf(to), 'newFolder'));
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
};

const copyInto = async (
  paths: PathResolver,
  folder: OpenFolder,
  { from, unfinished }: DiskCopy,
  options: { readonly signal: AbortSignal; readonly progress: (bytes: number) => void },
): Promise<void> => {
  const target = folder.inside(unfinished);
  await rm(target, { force: true });
  const handle = await openResolved(await paths.resolve(from, 'file'), constants.O_RDONLY);
  try {
    await copyFile(handle, target, options);
  } finally {
    await handle.close();
  }
};

/** A link and not a rename: a file that somebody put there meanwhile stays. */
const publish = async (folder: OpenFolder, { to, unfinished }: DiskCopy): Promise<void> => {
  try {
    await link(folder.inside(unfinished), folder.inside(baseName(to)));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? thereAlready(to) : error;
  }
  await rm(folder.inside(unfinished));
  await syncFolder(folder.file);
};

const thereAlready = (to: string): DomainError =>
  new DomainError('failed', `${quote(to)} is there already. Name another file in TargetResourcePaths.`, {
    hresult: '0x80070050',
  });

/** Takes back all of `copyDisks`, however much of it was done. */
export const removeCopies = async (
  paths: PathResolver,
  { copies, made }: CopyPlan,
  identities: CopyIdentities,
): Promise<void> => {
  for (const { to, unfinished } of copies) {
    const { file: folder } = await paths.resolve(folderOf(to), 'newFolder');
    await rm(`${folder}/${unfinished}`, { force: true });
    const file = `${folder}/${baseName(to)}`;
    const identity = await identityOf(file);
    if (identity !== null && identity === identities[to]) await rm(file, { force: true });
  }
  for (const folder of made.toReversed())
    await rmdir(folder).catch((error: unknown) => {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
};
