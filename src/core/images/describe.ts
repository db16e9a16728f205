import { constants } from 'node:fs';
import { DiskFormatError, type DiskInfo } from '../../vhd/disk-info.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import { DomainError } from '../errors.ts';
import { openResolved } from '../paths/open.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import type { DiskFormat } from '../machine-spec.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { userOf } from './in-use.ts';
import { parentPathOf } from './parent-path.ts';
import type { VirtualHardDiskDescription } from '../disks/virtual-hard-disk.ts';

/** A disk file that is there. @throws DomainError fileNotFound, or why the path cannot be used */
export const requireDisk = async (paths: PathResolver, text: string): Promise<ResolvedPath> => {
  try {
    const disk = await paths.resolve(text, 'file');
    if (/\.vhds$/i.test(disk.file))
      throw new DomainError(
        'notSupported',
        `${quote(text)} is a VHD set, a shared disk of a Hyper-V cluster, whose file is described nowhere. Convert it to a VHDX there.`,
      );
    return disk;
  } catch (error) {
    if (error instanceof DomainError && (error.hresult === '0x80070002' || error.hresult === '0x80070003'))
      throw new DomainError('fileNotFound', error.message, { hresult: error.hresult, cause: error });
    throw error;
  }
};

/** Its headers, of the format that its name tells when none is given. @throws DomainError failed for a file that is no disk, or a damaged one, with the offset */
export const readInfo = async (disk: ResolvedPath, format?: DiskFormat): Promise<DiskInfo> => {
  const handle = await openResolved(disk, constants.O_RDONLY);
  try {
    return await inspectDisk(disk.file, handle, format);
  } catch (error) {
    if (!(error instanceof DiskFormatError)) throw error;
    throw new DomainError('failed', `${quote(disk.text)} is no disk that can be used: ${error.message}`, {
      cause: error,
    });
  } finally {
    await handle.close();
  }
};

export const describeDisk = async (
  context: SystemsContext,
  paths: PathResolver,
  text: string,
): Promise<VirtualHardDiskDescription> => {
  const disk = await requireDisk(paths, text);
  const info = await readInfo(disk);
  const handle = await openResolved(disk, constants.O_RDONLY);
  try {
    const { blocks, mtimeMs } = await handle.stat();
    return {
      info,
      path: text,
      parentPath: await parentPathOf(paths, disk, info),
      parentId: info.parent?.linkage ?? null,
      allocated: blocks * 512,
      changed: Math.round(mtimeMs),
      inUse: userOf(context, disk.file) !== null,
    };
  } finally {
    await handle.close();
  }
};

/** What the file of a disk takes on the host; null for one that cannot be had now. */
export const allocatedBytes = async (paths: PathResolver, text: string): Promise<number | null> => {
  try {
    const handle = await openResolved(await paths.resolve(text, 'file'), constants.O_RDONLY);
    try {
      return (await handle.stat()).blocks * 512;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
};
