import { basename } from 'node:path';
import type { BlockSink, BlockSource } from '../block-source.ts';
import { ChainError, parentProblem, type RefusedParent, tooDeep } from './chain-error.ts';
import { formatOfName } from '../disk-format.ts';
import { DiskFormatError, type DiskImageFormat, type DiskInfo, type DiskParent } from '../disk-info.ts';
import type { DiskLayer } from '../layer.ts';
import { MergedSource } from './merged-source.ts';
import { openLayer } from './open-layer.ts';
import { PageCache } from '../page-cache.ts';
import { type OpenFile, type OpenSource, openSource, openWritable, type ReadMode } from '../source.ts';
import { VHD_EPOCH_S } from '../vhd/compose.ts';
import { openVhdxInPlace } from '../vhdx/in-place.ts';

/** A disk file that the caller has confined. The handle is taken over and closed with the chain. */
export interface DiskFile {
  /** As the caller names it; only for its ending and for messages. */
  readonly file: string;
  /** Where it is known better than by the ending of the name. */
  readonly format?: DiskImageFormat;
  open(): Promise<OpenFile>;
}

/**
 * Finds the files that can be the parent, the likeliest first. The names come from another host: where they may lead is
 * the caller's to say (hardening 11).
 */
export type ResolveParent = (parent: DiskParent, child: string) => Promise<readonly DiskFile[]>;

export interface ChainOptions {
  /** Files in a chain, the youngest included. */
  readonly maxDepth?: number;
  /** Bytes of tables and bitmaps kept in memory for the whole chain. */
  readonly cacheBytes?: number;
  readonly mode?: ReadMode;
  /** False: whoever opens it had the block tables looked through before, so that this takes no time by their size. */
  readonly checkTables?: boolean;
  /** What lies below this file the caller knows already: the chain ends there, and its content is not to be read. */
  readonly endsAt?: (file: string) => boolean;
  /** The youngest file, a VHDX, is open for writing too, and is written where it lies; its parents are only read. */
  readonly writable?: boolean;
  /** With `writable`: a file that keeps what a process that dies would take with it (edit-journal.ts). */
  readonly journal?: string;
}

/** Not good, and no reason to refuse. */
export interface ChainNote {
  readonly kind: 'parentChangedAt' | 'sizeDiffers' | 'sectorSizeDiffers';
  readonly child: string;
  readonly parent: string;
  readonly message: string;
}

export interface DiskChain {
  /** The merged content; closing it closes every file. */
  readonly source: BlockSource;
  /** Writes into the youngest file; null unless that was asked for. What is not flushed when `source` is closed is lost. */
  readonly sink: Required<BlockSink> | null;
  /** The youngest first. */
  readonly files: readonly { readonly file: string; readonly info: DiskInfo }[];
  readonly notes: readonly ChainNote[];
}

const MAX_DEPTH = 256;
const CACHE_BYTES = 32 * 1024 * 1024;
/** FAT knows even seconds only, and the note counts whole ones. */
const CLOCK_SLACK_S = 2;

interface Link {
  readonly file: string;
  readonly opened: OpenSource;
  readonly layer: DiskLayer;
}

/**
 * Opens a disk with all its parents, read-only unless the youngest is to be written. Rejects with ChainError when a parent is missing or is not the one that
 * the child was made from, with DiskFormatError when the youngest file itself is damaged.
 */
export const openChain = async (
  leaf: DiskFile,
  resolve: ResolveParent,
  options: ChainOptions = {},
): Promise<DiskChain> => {
  const {
    maxDepth = MAX_DEPTH,
    cacheBytes = CACHE_BYTES,
    mode = 'threads',
    checkTables = true,
    endsAt = () => false,
    writable = false,
    journal = null,
  } = options;
  const how: Opening = { cache: new PageCache(cacheBytes), mode, checkTables };
  const links: Link[] = [];
  const notes: ChainNote[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(links.map((link) => link.opened.close()));
  };
  try {
    const top = writable ? await openLeaf(leaf, how, journal) : { ...(await openLink(leaf, how)), sink: null };
    links.push(top);
    for (let child: Link = top; child.layer.info.type === 'differencing' && !endsAt(child.file); ) {
      const parent = child.layer.info.parent;
      if (parent === null || parent.linkage === null)
        throw new ChainError(
          'noLinkage',
          `${basename(child.file)} does not tell which disk its parent is.`,
          child.file,
          parent,
        );
      if (links.length >= maxDepth) throw tooDeep(maxDepth, child.file, parent);
      const next = await findParent(child, parent, await resolve(parent, child.file), links, how);
      links.push(next);
      notes.push(...compare(child, next));
      child = next;
    }
    const [first, ...rest] = links.map((link) => link.layer);
    return {
      source: new MergedSource([first ?? top.layer, ...rest], release),
      sink: top.sink,
      files: links.map(({ file, layer }) => ({ file, info: layer.info })),
      notes,
    };
  } catch (error) {
    await release();
    throw error;
  }
};

/** The same for all files of a chain. */
interface Opening {
  readonly cache: PageCache;
  readonly mode: ReadMode;
  readonly checkTables: boolean;
}

const openLink = async (disk: DiskFile, { cache, mode, checkTables }: Opening): Promise<Link> => {
  const format = disk.format ?? formatOfName(disk.file);
  const opened = await openSource(await disk.open(), mode);
  try {
    return { file: disk.file, opened, layer: await openLayer(opened, format, cache, checkTables) };
  } catch (error) {
    await opened.close();
    throw error;
  }
};

const openLeaf = async (
  disk: DiskFile,
  { cache, mode }: Opening,
  journal: string | null,
): Promise<Link & { readonly sink: Required<BlockSink> }> => {
  if ((disk.format ?? formatOfName(disk.file)) !== 'vhdx')
    throw new DiskFormatError('Only a VHDX is written where it lies.');
  const opened = await openWritable(await disk.open(), mode);
  try {
    return { file: disk.file, opened, ...(await openVhdxInPlace(opened, cache, journal)) };
  } catch (error) {
    await opened.close();
    throw error;
  }
};

const findParent = async (
  child: Link,
  parent: DiskParent,
  candidates: readonly DiskFile[],
  chain: readonly Link[],
  how: Opening,
): Promise<Link> => {
  const refused: RefusedParent[] = [];
  let cycle = false;
  for (const candidate of candidates) {
    const link = await tryParent(child, candidate, how, refused);
    if (link === null) continue;
    const inChain = chain.find((each) => each.opened.file === link.opened.file);
    const identity = identityOf(link.layer.info);
    if (inChain === undefined && identity !== null && (identity === parent.linkage || identity === parent.linkage2))
      return link;
    await link.opened.close();
    // Files of one name in two folders are common; a file that is in the chain already is no answer, and the next may be.
    cycle ||= inChain !== undefined;
    if (inChain === undefined) refused.push({ file: candidate.file, problem: 'stale', found: identity ?? 'none' });
  }
  if (cycle)
    throw new ChainError('cycle', `${basename(child.file)} has itself among its parents.`, child.file, parent, refused);
  throw parentProblem(child.file, parent, refused);
};

/** Null: noted in `refused`. */
const tryParent = async (
  child: Link,
  candidate: DiskFile,
  how: Opening,
  refused: RefusedParent[],
): Promise<Link | null> => {
  try {
    const format: DiskImageFormat = candidate.format ?? formatOfName(candidate.file);
    if (format !== child.layer.info.format)
      throw new DiskFormatError(`A ${child.layer.info.format} disk cannot have a parent in the format ${format}.`);
    return await openLink(candidate, how);
  } catch (error) {
    if (error instanceof DiskFormatError)
      refused.push({ file: candidate.file, problem: 'unusable', found: error.message });
    else if (ABSENT.has((error as NodeJS.ErrnoException).code ?? ''))
      refused.push({ file: candidate.file, problem: 'missing', found: '' });
    else throw error;
    return null;
  }
};

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** What children link to: of a VHD its unique id, of a VHDX what changes with every write (MS-VHDX §2.6.2.6.3). */
/** What a child names its parent by. */
export const identityOf = (info: DiskInfo): string | null => (info.format === 'vhd' ? info.id : info.dataWriteId);

/** Of seconds since 2000. */
const timeText = (seconds: number): string =>
  `${new Date((seconds + VHD_EPOCH_S) * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const compare = (child: Link, parent: Link): readonly ChainNote[] => {
  const notes: ChainNote[] = [];
  const [below, above] = [parent.layer.info, child.layer.info];
  const note = (kind: ChainNote['kind'], message: string): void => {
    notes.push({ kind, child: child.file, parent: parent.file, message });
  };
  const { parentChanged } = child.layer;
  // A VHD's unique id does not change with its data; the time tells, but a copy can lose it, so it is no reason to refuse.
  // Not every tool notes one.
  if (parentChanged !== null && parentChanged !== 0) {
    const changed = parent.opened.changed / 1000 - VHD_EPOCH_S;
    if (Math.abs(changed - parentChanged) > CLOCK_SLACK_S)
      note(
        'parentChangedAt',
        `${basename(parent.file)} was last changed at ${timeText(changed)}, and ${basename(child.file)} was made when that was ${timeText(parentChanged)}.`,
      );
  }
  if (above.virtualSize !== below.virtualSize)
    note(
      'sizeDiffers',
      `${basename(child.file)} has ${above.virtualSize} bytes and its parent ${basename(parent.file)} has ${below.virtualSize}.`,
    );
  if (above.logicalSectorSize !== below.logicalSectorSize)
    note(
      'sectorSizeDiffers',
      `${basename(child.file)} has sectors of ${above.logicalSectorSize} bytes and its parent ${basename(parent.file)} of ${below.logicalSectorSize}.`,
    );
  return notes;
};
