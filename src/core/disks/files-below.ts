import { constants } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectDisk } from '../../vhd/inspect.ts';
import { ifRefused } from '../errors.ts';
import { openResolved } from '../paths/open.ts';
import { baseName } from '../paths/path-text.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import { fileBelow, type FileBelow } from './file-below.ts';

/** As many as any chain that is served may have. */
const MAXIMUM_CHAIN = 64;

interface Link {
  /** Of the file whose header was read. */
  readonly stamp: string;
  readonly below: FileBelow | null;
}

/**
 * What disks lie over, as their headers say, for whoever must leave those files alone: as far as it can be found, without what
 * a machine that uses the disk would check. The header of a file that is as it was is not read again.
 */
export class FilesBelow {
  readonly #paths: Pick<PathResolver, 'resolve'>;
  #links = new Map<string, Link>();
  #former: ReadonlyMap<string, Link> = new Map();
  /** What was looked at in this round: files by their path, texts, and the folders of texts. */
  readonly #seen = new Map<string, Promise<FileBelow | null>>();
  readonly #texts = new Map<string, Promise<ResolvedPath | null>>();
  readonly #folders = new Map<string, Promise<string | null>>();

  constructor(paths: Pick<PathResolver, 'resolve'>) {
    this.#paths = paths;
  }

  /** From now on each file is looked at anew, once. `all`: what is not asked for in this round is forgotten with the next. */
  begin(all: boolean): void {
    this.#seen.clear();
    this.#texts.clear();
    this.#folders.clear();
    if (!all) return;
    this.#former = this.#links;
    this.#links = new Map();
  }

  /** Resolved Linux paths: the file that the text leads to, there or not, and those below it, nearest first. None: the text leads nowhere. */
  async of(text: string): Promise<readonly string[]> {
    const top = await this.fileOf(text);
    const files = new Set<string>();
    let at: FileBelow | null = top === null ? null : { file: top.file, format: null };
    while (at !== null && !files.has(at.file) && files.size <= MAXIMUM_CHAIN) {
      files.add(at.file);
      at = await this.#below(at);
    }
    return [...files];
  }

  /** The file that a text leads to; null: it leads nowhere. */
  fileOf(text: string): Promise<ResolvedPath | null> {
    const seen = this.#texts.get(text);
    if (seen !== undefined) return seen;
    const resolving = this.#resolve(text);
    this.#texts.set(text, resolving);
    return resolving;
  }

  /** Most are plain files of just that name: their folder, which the resolver lists for each, is resolved for all of them once. */
  async #resolve(text: string): Promise<ResolvedPath | null> {
    const name = baseName(text);
    const folder = await this.#folder(text.slice(0, text.length - name.length));
    if (folder !== null && name !== '') {
      const file = join(folder, name);
      if (await isPlainFile(file)) return { text, file, exists: true };
    }
    return this.#paths.resolve(text, 'newFile').catch(ifRefused(null));
  }

  #folder(text: string): Promise<string | null> {
    const seen = this.#folders.get(text);
    if (seen !== undefined) return seen;
    const resolving = this.#paths.resolve(text, 'folder').then(({ file }) => file, ifRefused(null));
    this.#folders.set(text, resolving);
    return resolving;
  }

  #below(disk: FileBelow): Promise<FileBelow | null> {
    const seen = this.#seen.get(disk.file);
    if (seen !== undefined) return seen;
    const looking = this.#look(disk);
    this.#seen.set(disk.file, looking);
    return looking;
  }

  async #look(disk: FileBelow): Promise<FileBelow | null> {
    const { file } = disk;
    const known = this.#links.get(file) ?? this.#former.get(file);
    const stamp = await stampOf(file);
    if (stamp === null) return null;
    const isTrue = known?.stamp === stamp && (known.below === null || (await stampOf(known.below.file)) !== null);
    const link = isTrue ? known : await this.#read(disk, stamp, known);
    if (link === null) return null;
    this.#links.set(file, link);
    return link.below;
  }

  /** What is being written to may be unreadable for a moment: then what was read last counts. */
  async #read({ file, format }: FileBelow, stamp: string, known: Link | undefined): Promise<Link | null> {
    const disk = { text: file, file, exists: true };
    try {
      await using handle = await openResolved(disk, constants.O_RDONLY);
      const info = await inspectDisk(file, handle, format ?? undefined);
      const below = await fileBelow(this.#paths, disk, info);
      // One that is not there now may come without any change of the file above it.
      const isMissing = below === null && (info.parent !== null || info.backing !== null);
      return { stamp: isMissing ? NEVER : stamp, below };
    } catch {
      return known ?? null;
    }
  }
}

const isPlainFile = async (file: string): Promise<boolean> => {
  try {
    return (await lstat(file)).isFile();
  } catch {
    return false;
  }
};

/** No file has this stamp. */
const NEVER = '';

/** Changes with whatever is done to the file; null: it cannot be looked at. */
const stampOf = async (file: string): Promise<string | null> => {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return null;
  }
};
