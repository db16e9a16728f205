import { join } from 'node:path';
import { type ClientPath, checkFileName, parseClientPath, parseRelative } from './client-path.ts';
import { FILE_NOT_FOUND, invalidPath, PATH_NOT_FOUND } from './refusal.ts';
import { type PathOptions, PathRoots } from './roots.ts';
import { walk, type WalkedPath } from './walk.ts';

/** What a path is meant to be. */
export type PathPurpose =
  /** A plain file that is there. */
  | 'file'
  /** A file that will be made: its folder is there; the file itself may be there too. */
  | 'newFile'
  /** A folder that is there. */
  | 'folder'
  /** A folder that is there or will be made with those above it. */
  | 'newFolder'
  /** The socket of a serial port: `\\.\pipe\NAME` or a path that ends in `.sock`. */
  | 'socket';

export interface ResolvedPath {
  /** What the client wrote, character for character. */
  readonly text: string;
  /** Canonical Linux path. */
  readonly file: string;
  /** Is it there now? */
  readonly exists: boolean;
}

export interface PathResolver {
  /** Rejects with DomainError: invalidParameter and what to do; hresult 0x80070002 or 0x80070003 for what is not there. */
  resolve(text: string, purpose: PathPurpose): Promise<ResolvedPath>;
  /** A property that is relative by definition (ConfigurationFile), against its data root. */
  resolveBelow(folderText: string, relative: string, purpose: PathPurpose): Promise<ResolvedPath>;
  /** Text for a new file in the style of its folder: `C:\VMs` and `a.vhdx` give `C:\VMs\a.vhdx`. */
  nameNewFile(folderText: string, fileName: string): string;
  /** The folders below which everything that clients may use lies, as clients name them. */
  rootTexts(): readonly string[];
  /** Folder by drive letter. */
  drives(): ReadonlyMap<string, string>;
  /** A default folder of this host in its configured style (paths.md: Defaults of the host). */
  defaultFolder(name: string): string;
}

export const createPathResolver = (options: PathOptions): PathResolver => new Resolver(options);

class Resolver implements PathResolver {
  readonly #roots: PathRoots;
  readonly #style: 'posix' | 'windows';

  constructor(options: PathOptions) {
    this.#roots = new PathRoots(options);
    this.#style = options.style ?? 'posix';
  }

  async resolve(text: string, purpose: PathPurpose): Promise<ResolvedPath> {
    const path = parseClientPath(text);
    if (path.form !== 'pipe') return this.#resolvePath(text, path, purpose);
    if (purpose !== 'socket') throw invalidPath(text, 'a pipe is accepted for serial ports only.');
    return { text, file: join(this.#roots.dataDirectory, 'pipes', path.name), exists: false };
  }

  async resolveBelow(folderText: string, relative: string, purpose: PathPurpose): Promise<ResolvedPath> {
    const folder = parseClientPath(folderText);
    if (folder.form === 'pipe') throw invalidPath(folderText, 'a pipe is no folder.');
    const below = parseRelative(relative);
    const path: ClientPath = { ...folder, components: [...folder.components, ...below], folderOnly: false };
    return this.#resolvePath(join2(folderText, below.join(separatorOf(folderText))), path, purpose);
  }

  nameNewFile(folderText: string, fileName: string): string {
    checkFileName(fileName);
    return join2(folderText, fileName);
  }

  rootTexts(): readonly string[] {
    return this.#roots.texts();
  }

  drives(): ReadonlyMap<string, string> {
    return this.#roots.drives;
  }

  defaultFolder(name: string): string {
    return this.#style === 'windows' ? `C:\\ProgramData\\vsms\\${name}` : join(this.#roots.dataDirectory, name);
  }

  async #resolvePath(
    text: string,
    path: Exclude<ClientPath, { form: 'pipe' }>,
    purpose: PathPurpose,
  ): Promise<ResolvedPath> {
    if (path.folderOnly && purpose !== 'folder' && purpose !== 'newFolder')
      throw invalidPath(text, 'it ends like a folder, and a file is meant.');
    if (purpose === 'socket' && !text.toLowerCase().endsWith('.sock'))
      throw invalidPath(text, 'a serial port is connected to \\\\.\\pipe\\NAME or to a path that ends in .sock.');
    const [origin, allowed] = await Promise.all([this.#roots.origin(text, path), this.#roots.allowed()]);
    const walked = await walk(text, origin, allowed, purpose !== 'socket');
    checkPurpose(text, walked, purpose);
    return { text, file: walked.file, exists: walked.kind !== 'nothing' };
  }
}

const checkPurpose = (text: string, { kind, missing }: WalkedPath, purpose: PathPurpose): void => {
  if (kind === 'nothing') {
    if (purpose === 'newFolder') return;
    if (missing > 1) throw invalidPath(text, 'the folder that it lies in does not exist.', PATH_NOT_FOUND);
    if (purpose === 'file') throw invalidPath(text, 'the file does not exist.', FILE_NOT_FOUND);
    if (purpose === 'folder') throw invalidPath(text, 'the folder does not exist.', PATH_NOT_FOUND);
    return;
  }
  const wanted = purpose === 'socket' ? 'socket' : purpose === 'folder' || purpose === 'newFolder' ? 'folder' : 'file';
  if (kind === wanted) return;
  const what = { file: 'a file', folder: 'a folder', socket: 'a socket', other: 'a device, a FIFO or the like' };
  throw invalidPath(text, `it is ${what[kind]}, and ${what[wanted]} is meant.`);
};

/** The separator that a folder's own text uses. */
const separatorOf = (folderText: string): string =>
  folderText.startsWith('/') && !folderText.startsWith('//') ? '/' : '\\';

const join2 = (folderText: string, rest: string): string => {
  const separator = separatorOf(folderText);
  return /[\\/]$/.test(folderText) ? `${folderText}${rest}` : `${folderText}${separator}${rest}`;
};
