import { mkdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DomainError } from '../errors.ts';
import type { ClientPath } from './client-path.ts';
import { invalidPath } from './refusal.ts';

export interface PathOptions {
  readonly dataDirectory: string;
  /** `<data dir>/state`: store, keys, credentials, sockets. No client path reaches it (decisions K24). */
  readonly stateDirectory: string;
  /** Folder by drive letter; C is `<data dir>/drives/c` when absent. */
  readonly drives?: Readonly<Record<string, string>>;
  /** Folder by `\\server\share`. */
  readonly shares?: Readonly<Record<string, string>>;
  /** Further folders that clients may name by their Linux path. */
  readonly roots?: readonly string[];
  /** How this host names its own default folders. */
  readonly style?: 'posix' | 'windows';
}

/** Where a path starts on this host. */
export interface PathOrigin {
  /** Existing folder, canonical. */
  readonly folder: string;
  readonly components: readonly string[];
  /** As on NTFS: below drives and shares. */
  readonly ignoreCase: boolean;
}

/** Is `path` the folder or below it? Both canonical. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);

/** The folders that clients may reach. */
export class PathRoots {
  readonly #options: PathOptions;
  readonly #drives: ReadonlyMap<string, string>;
  readonly #shares: ReadonlyMap<string, string>;

  constructor(options: PathOptions) {
    this.#options = options;
    const drives = new Map([['C', join(options.dataDirectory, 'drives', 'c')]]);
    for (const [letter, folder] of Object.entries(options.drives ?? {}))
      drives.set(letter.replace(/:?[\\/]*$/, '').toUpperCase(), folder);
    this.#drives = drives;
    this.#shares = new Map(Object.entries(options.shares ?? {}).map(([name, folder]) => [shareKey(name), folder]));
  }

  get dataDirectory(): string {
    return this.#options.dataDirectory;
  }

  /** Folder by drive letter. */
  get drives(): ReadonlyMap<string, string> {
    return this.#drives;
  }

  /** Drives, shares, the data directory and the configured roots, each once. */
  texts(): readonly string[] {
    const { dataDirectory, shares = {}, roots = [] } = this.#options;
    const drives = [...this.#drives.keys()].map((letter) => `${letter}:\\`);
    return [...new Set([dataDirectory, ...roots, ...drives, ...Object.keys(shares)])];
  }

  async origin(text: string, path: Exclude<ClientPath, { form: 'pipe' }>): Promise<PathOrigin> {
    switch (path.form) {
      case 'posix':
        return { folder: sep, components: path.components, ignoreCase: false };
      case 'drive': {
        const folder = this.#drives.get(path.drive);
        if (folder === undefined)
          throw invalidPath(
            text,
            `this host has no drive ${path.drive}:. Add a line  ${path.drive} = "/folder"  below [paths.drives] in its configuration.`,
          );
        return {
          folder: await this.#real(`drive ${path.drive}:`, folder),
          components: path.components,
          ignoreCase: true,
        };
      }
      case 'share': {
        const name = `\\\\${path.server}\\${path.share}`;
        const folder = this.#shares.get(shareKey(name));
        if (folder === undefined)
          throw invalidPath(
            text,
            `the share is not known here. Mount it and add a line  "${name.replaceAll('\\', '\\\\')}" = "/mnt/folder"  below [paths.shares] in the configuration.`,
          );
        return { folder: await this.#real(`share ${name}`, folder), components: path.components, ignoreCase: true };
      }
    }
  }

  /** Canonical folders as they are now: a root may be mounted or changed while the service runs. */
  async allowed(): Promise<AllowedFolders> {
    const { dataDirectory, stateDirectory, roots = [] } = this.#options;
    const folders = [dataDirectory, ...this.#drives.values(), ...this.#shares.values(), ...roots];
    const real = await Promise.all(folders.map(realOrNull));
    return {
      folders: real.filter((folder) => folder !== null),
      // By its text too: it is closed even before it exists.
      closed: [stateDirectory, (await realOrNull(stateDirectory)) ?? stateDirectory],
    };
  }

  async #real(what: string, folder: string): Promise<string> {
    const real = await realOrNull(folder);
    if (real !== null) return real;
    // Drives inside the data directory are ours to make; anything else is a disk that is not mounted.
    if (isWithin(folder, this.#options.dataDirectory)) {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      return realpath(folder);
    }
    throw new DomainError(
      'notAvailable',
      `The folder '${folder}' behind ${what} is not there. Mount it or correct the configuration.`,
    );
  }
}

export interface AllowedFolders {
  readonly folders: readonly string[];
  readonly closed: readonly string[];
}

export const isAllowed = (path: string, { folders, closed }: AllowedFolders): boolean =>
  folders.some((folder) => isWithin(path, folder)) && !closed.some((folder) => isWithin(path, folder));

const shareKey = (name: string): string => name.replaceAll('/', '\\').replace(/\\+$/, '').toLowerCase();

const realOrNull = async (folder: string): Promise<string | null> => {
  try {
    return await realpath(folder);
  } catch {
    return null;
  }
};
