import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runCommand } from '../supervise/run-command.ts';
import type { RunUser } from '../supervise/user.ts';

/** Bits of the group that files have; any other file is made without a folder. */
const GROUPS = ['---', 'r--', 'rw-'] as const;

/** `x` of the owner: a default ACL takes it away, whatever the umask. A file that still has it inherited nothing. */
const MARKED_MODE = 0o760;
const INHERITED_MODE = 0o660;

/** A file under the name that it is made by. */
export interface NewFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * Folders that nobody but the service enters, and whose new files QEMU's user may read and write: they have a default ACL. A
 * file that is made there and then renamed keeps the entry, where setfacl would be a process for each. One folder for each
 * of the bits that a group may have, for an ACL has these in an entry of its own, which chmod does not reach.
 */
export class InheritedAccess {
  #folders: { readonly directory: string; readonly device: number } | null = null;

  /** Of this service alone; what a former one left there is taken away. Without ACLs on that file system no file is made there. */
  async open(directory: string, user: RunUser): Promise<void> {
    await rm(directory, { recursive: true, force: true });
    const folders = GROUPS.map((group) => ({ group, folder: folderOf(directory, group) }));
    for (const { folder } of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
    const entries = ({ group, folder }: (typeof folders)[number]): readonly string[] => [
      '-m',
      `u::rw-,u:${user.uid}:rw-,g::${group},m::rw-,o::---`,
      folder,
    ];
    const inherits = await runCommand('setfacl', ['-d', ...folders.flatMap(entries)]).then(
      () => true,
      () => false,
    );
    if (inherits) this.#folders = { directory, device: (await stat(directory)).dev };
  }

  /**
   * A new file that is to be renamed to `file` and to have the permissions `wanted`, of which QEMU's user has an entry beside
   * them; null: not here. Its group bits are a mask, and stay as they are.
   */
  async create(file: string, wanted: number): Promise<NewFile | null> {
    const group = GROUPS[[0o0, 0o40, 0o60].indexOf(wanted & 0o070)];
    if (this.#folders === null || group === undefined) return null;
    const { directory, device } = this.#folders;
    if ((await stat(dirname(file))).dev !== device) return null;
    const path = join(folderOf(directory, group), basename(file));
    const handle = await open(path, 'wx', MARKED_MODE).catch(() => null);
    if (handle === null) return null;
    const mode = await handle.stat().then(
      (found) => found.mode & 0o777,
      () => null,
    );
    if (mode === INHERITED_MODE) return { path, handle };
    await handle.close();
    await rm(path, { force: true });
    return null;
  }
}

const folderOf = (directory: string, group: (typeof GROUPS)[number]): string =>
  join(directory, `group-${group.replaceAll('-', '') || 'none'}`);
