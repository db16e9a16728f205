import { dirname, isAbsolute, join } from 'node:path';
import type { DiskImageFormat, DiskInfo } from '../../vhd/disk-info.ts';
import { ifRefused } from '../errors.ts';
import type { DiskFormat } from '../machine-spec.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import { findParentFile } from './find-parents.ts';

/** A file below another one. */
export interface FileBelow {
  /** Resolved Linux path. */
  readonly file: string;
  /** What the one above says that it is; null: as its name tells. */
  readonly format: DiskImageFormat | null;
}

/** QEMU's names of the formats below an overlay. */
export const BACKING_FORMATS: Readonly<Record<string, DiskFormat>> = {
  raw: 'raw',
  qcow2: 'qcow2',
  vpc: 'vhd',
  vhdx: 'vhdx',
};

/** The file that a disk lies over: the likeliest one where none is what it was any more; null: it lies over none, or none is there. */
export const fileBelow = async (
  paths: Pick<PathResolver, 'resolve'>,
  disk: ResolvedPath,
  { parent, backing, format }: DiskInfo,
): Promise<FileBelow | null> => {
  if (parent !== null) {
    const file = await findParentFile(paths, disk, parent).catch(ifRefused(null));
    return file === null ? null : { file, format };
  }
  if (backing === null) return null;
  const text = isAbsolute(backing.name) ? backing.name : join(dirname(disk.file), backing.name);
  const found = await paths.resolve(text, 'file').catch(ifRefused(null));
  return found === null ? null : { file: found.file, format: BACKING_FORMATS[backing.format ?? ''] ?? null };
};
