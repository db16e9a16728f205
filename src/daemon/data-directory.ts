import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartRefusal } from './start-refusal.ts';

/** The places below the data directory (decisions K24, paths.md). */
export interface DataDirectory {
  readonly root: string;
  /** Store, keys, credentials: reachable by no client path. */
  readonly state: string;
  /** Linux directories behind `C:`, `D:`, ... */
  readonly drives: string;
  /** Unix sockets behind `\\.\pipe\NAME`. */
  readonly pipes: string;
}

/** What the state directory may not be: closed to its owner, open to others, or to a group for more than passage. */
const TOO_OPEN = 0o067;

/**
 * Make the directories; the state directory is the service's alone. Passage for its group is left as it is: that bit is the
 * mask of the ACL by which a running machine of QEMU's user reaches its TPM (K23), and to clear it takes the TPM its state.
 * @throws StartRefusal that names the directory
 */
export async function openDataDirectory(
  root: string,
  paths: { readonly style: 'posix' | 'windows'; readonly drives: Readonly<Record<string, string>> },
): Promise<DataDirectory> {
  const places = { root, state: join(root, 'state'), drives: join(root, 'drives'), pipes: join(root, 'pipes') };
  try {
    await makeFolders(places.state, 0o700);
    if (((await stat(places.state)).mode & (0o700 | TOO_OPEN)) !== 0o700) await chmod(places.state, 0o700);
    await mkdir(join(places.drives, 'c'), { recursive: true });
    await mkdir(places.pipes, { recursive: true });
    // The folder of disks that clients are told (paths.md): new images and uploads go there.
    const c = paths.drives['C'] ?? paths.drives['c'] ?? join(places.drives, 'c');
    await mkdir(paths.style === 'windows' ? join(c, 'ProgramData', 'vsms', 'disks') : join(root, 'disks'), {
      recursive: true,
    });
  } catch (error) {
    throw new StartRefusal(
      `The data directory ${root} cannot be used: ${(error as Error).message}. ` +
        "Give it to the service's user, or choose another one with VSMS_DATA_DIR.",
      error,
    );
  }
  return places;
}

/**
 * One folder after the other. Node's own `recursive` tries for ever where a file system that takes no folders answers that the
 * folder above is missing (/proc).
 */
async function makeFolders(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const isAboveThere = await stat(dirname(path)).then(
      () => true,
      () => false,
    );
    if (code !== 'ENOENT' || isAboveThere || dirname(path) === path) throw error;
    await makeFolders(dirname(path), mode);
    await mkdir(path, { mode });
  }
}
