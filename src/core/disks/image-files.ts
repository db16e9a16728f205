import { constants } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { DiskFormatError, type DiskImageFormat, type DiskInfo } from '../../vhd/disk-info.ts';
import { fatalHazards, inspectDisk } from '../../vhd/inspect.ts';
import { DomainError } from '../errors.ts';
import { openResolved } from '../paths/open.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { DiskFormat } from '../ports.ts';
import type { AttachedImage, DiskFiles, DiskMedia } from './disk-files.ts';

/** Longest chain of qcow2 backing files: checkpoints go to 50 (spec snapshots), a few more for merges under way. */
const MAX_CHAIN = 64;

const FORMATS: Readonly<Record<DiskImageFormat, DiskFormat>> = {
  vhd: 'vhd',
  vhdx: 'vhdx',
  qcow2: 'qcow2',
  raw: 'raw',
  iso: 'raw',
};

/** Disk images behind client paths: confined to the allowed roots, and what their names say (hardening 7, 9-11). */
export const createDiskFiles = (paths: PathResolver): DiskFiles => ({
  inspect: async (text, media) => {
    const resolved = await paths.resolve(text, 'file');
    const info = media === 'disk' ? await inspectChain(paths, resolved.text, resolved.file, MAX_CHAIN) : null;
    if (info === null) await checkReadable(paths, text);
    return attached(resolved.file, info, media);
  },
});

const attached = (file: string, info: DiskInfo | null, media: DiskMedia): AttachedImage => ({
  file,
  format: info === null ? 'raw' : FORMATS[info.format],
  readOnly: media === 'cd',
});

async function checkReadable(paths: PathResolver, text: string): Promise<void> {
  const handle = await openResolved(await paths.resolve(text, 'file'), constants.O_RDONLY);
  await handle.close();
}

/** The disk and, for qcow2, every file it stands on: each one must be a file that the client may name itself. */
async function inspectChain(paths: PathResolver, text: string, file: string, depth: number): Promise<DiskInfo> {
  if (depth === 0) {
    throw new DomainError('invalidParameter', `The disk ${text} stands on more than ${MAX_CHAIN} backing files.`);
  }
  const info = await inspectOne(paths, text);
  const [fatal] = fatalHazards(info);
  if (fatal !== undefined)
    throw new DomainError('invalidParameter', `The disk ${text} cannot be attached: ${fatal.message}`);
  if (info.backing !== null) {
    const { name } = info.backing;
    const backing = isAbsolute(name) ? name : join(dirname(file), name);
    const resolved = await paths.resolve(backing, 'file');
    await inspectChain(paths, resolved.text, resolved.file, depth - 1);
  }
  return info;
}

async function inspectOne(paths: PathResolver, text: string): Promise<DiskInfo> {
  const resolved = await paths.resolve(text, 'file');
  const handle = await openResolved(resolved, constants.O_RDONLY);
  try {
    return await inspectDisk(resolved.file, handle);
  } catch (cause) {
    if (!(cause instanceof DiskFormatError)) throw cause;
    throw new DomainError('failed', `The disk ${text} cannot be used: ${cause.message}`, { cause });
  } finally {
    await handle.close();
  }
}
