import { constants } from 'node:fs';
import { access, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { DiskFormatError, type DiskHazardKind, type DiskImageFormat, type DiskInfo } from '../../vhd/disk-info.ts';
import { fatalHazards, inspectDisk } from '../../vhd/inspect.ts';
import { DomainError } from '../errors.ts';
import { openResolved } from '../paths/open.ts';
import { shown } from '../paths/refusal.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import type { BackingImage, DiskFormat, DiskImage } from '../machine-spec.ts';
import { chainFiles } from './chain-files.ts';
import { DiskClaims } from './disk-claims.ts';
import type { DiskFiles, DiskMedia, DiskSweep, DiskUse } from './disk-files.ts';
import { BACKING_FORMATS } from './file-below.ts';
import { findParents, type KnownParents } from './find-parents.ts';

/** Longer chains of backing files are no work of ours and end in a loop as likely as not. */
const MAXIMUM_CHAIN = 64;

const FORMATS: Readonly<Record<DiskInfo['format'], DiskFormat | null>> = {
  vhd: 'vhd',
  vhdx: 'vhdx',
  qcow2: 'qcow2',
  raw: 'raw',
  // An image of a CD is no disk.
  iso: null,
};

/** Disk files by the resolver of paths and the readers of vhd/. */
export const createDiskFiles = (paths: PathResolver): DiskFiles => {
  const claims = new DiskClaims();
  const inspector = (known: () => KnownFiles): DiskFiles['inspect'] => {
    return async (text, media, use = 'write') => {
      const image = await (media === 'disk'
        ? inspectChain(paths, text, use, known())
        : inspectMedium(paths, text, media));
      claims.requireFree(chainFiles(image));
      return image;
    };
  };
  return {
    inspect: inspector(nothingKnown),
    sweep: () => {
      const known = nothingKnown();
      const doubtsOf: DiskSweep['doubtsOf'] = (image) =>
        chainFiles(image).flatMap((file) => known.doubts.get(file) ?? []);
      return { inspect: inspector(() => known), doubtsOf };
    },
    claim: (files, why) => claims.claim(files, why),
  };
};

/** What lies below files, as far as it was found. */
interface KnownFiles extends KnownParents {
  /** A backing file with all below it, by its format and path: whoever lies over it says the format. */
  readonly backing: Map<string, readonly BackingImage[]>;
}

const nothingKnown = (): KnownFiles => ({ parents: new Map(), doubts: new Map(), backing: new Map() });

/** A CD or a floppy is bytes; whether a guest can read them is the guest's affair (management-service §2). */
const inspectMedium = async (paths: PathResolver, text: string, media: DiskMedia): Promise<DiskImage> => {
  const resolved = await paths.resolve(text, 'file');
  const handle = await openResolved(resolved, constants.O_RDONLY);
  await handle.close();
  return { file: resolved.file, format: 'raw', readOnly: media === 'cd' || !(await isWritable(resolved.file)) };
};

/**
 * A disk with everything below it. A qcow2 file names its backing file, and a client may have made that file: each name
 * goes through the resolver like any other path of a client, so that no file outside the allowed roots is ever read.
 */
const inspectChain = async (paths: PathResolver, text: string, use: DiskUse, known: KnownFiles): Promise<DiskImage> => {
  const top = await paths.resolve(text, 'file');
  const info = await inspectOne(top, undefined, use === 'read' ? READ_ONLY : WRITTEN);
  const format = FORMATS[info.format];
  if (format === null) {
    throw new DomainError('invalidParameter', `${shown(text)} is an image of a CD; attach it to a DVD drive.`);
  }
  if (use === 'write') await requireWritable(top);
  if (hasParents(info)) {
    const parents = await findParents(paths, top, info.format, known);
    if (use === 'write') return { file: top.file, format, readOnly: false, parents };
    return { file: top.file, format, readOnly: true, backing: parents.map((file) => ({ file, format })) };
  }
  const backing: BackingImage[] = [];
  let below: DiskInfo = info;
  let folder = dirname(top.file);
  while (below.backing !== null) {
    if (backing.length === MAXIMUM_CHAIN) throw tooLong(text);
    const { name } = below.backing;
    const declared = backingFormat(text, below.backing);
    const resolved = await paths.resolve(isAbsolute(name) ? name : join(folder, name), 'file');
    const found = known.backing.get(`${declared} ${resolved.file}`);
    if (found !== undefined) {
      backing.push(...found);
      if (backing.length > MAXIMUM_CHAIN) throw tooLong(text);
      break;
    }
    folder = dirname(resolved.file);
    below = await inspectOne(resolved, declared, READ_ONLY);
    backing.push({
      file: resolved.file,
      format: declared,
      ...(hasParents(below) ? { parents: await findParents(paths, resolved, declared, known) } : {}),
    });
  }
  for (const [i, { format: itsFormat, file }] of backing.entries())
    known.backing.set(`${itsFormat} ${file}`, backing.slice(i));
  const readOnly = use === 'read' && !(await isWritable(top.file));
  return { file: top.file, format, readOnly, ...(backing.length === 0 ? {} : { backing }) };
};

const tooLong = (text: string): DomainError =>
  new DomainError(
    'failed',
    `${shown(text)} has more than ${MAXIMUM_CHAIN} backing files. Flatten it with qemu-img convert.`,
  );

/** A differencing VHD or VHDX. A qcow2 file over another one has a backing file. */
const hasParents = (info: DiskInfo): boolean => info.type === 'differencing' && info.backing === null;

/**
 * What the overlay says its backing file is, whatever that file's name says: whoever made the overlay knows it, and no
 * guest writes into an overlay's header.
 */
const backingFormat = (text: string, backing: NonNullable<DiskInfo['backing']>): DiskFormat => {
  const format = BACKING_FORMATS[backing.format ?? ''];
  if (format !== undefined) return format;
  throw new DomainError(
    'invalidParameter',
    `${shown(text)} cannot be attached: its backing file ${shown(backing.name)} is of format ${shown(backing.format ?? 'unknown')}; raw, qcow2, vpc and vhdx are served. Flatten it with qemu-img convert.`,
  );
};

/** What stops a disk from being written, and not from being read below an overlay: its parents are found. */
const READ_ONLY = (): ReadonlySet<DiskHazardKind> => new Set(['differencing']);

/** A differencing VHDX is written where it lies, over its parents; no VHD is. */
const WRITTEN = ({ format }: DiskInfo): ReadonlySet<DiskHazardKind> =>
  format === 'vhdx' ? READ_ONLY() : new Set<DiskHazardKind>();

const inspectOne = async (
  resolved: ResolvedPath,
  format: DiskImageFormat | undefined,
  accepts: (info: DiskInfo) => ReadonlySet<DiskHazardKind>,
): Promise<DiskInfo> => {
  const handle = await openResolved(resolved, constants.O_RDONLY);
  try {
    const info = await readDisk(resolved, handle, format);
    const accepted = accepts(info);
    const hazard = fatalHazards(info).find(({ kind }) => !accepted.has(kind));
    if (hazard !== undefined)
      throw new DomainError('invalidParameter', `${shown(resolved.text)} cannot be attached: ${hazard.message}`);
    return info;
  } finally {
    await handle.close();
  }
};

const readDisk = async (
  resolved: ResolvedPath,
  handle: FileHandle,
  format: DiskImageFormat | undefined,
): Promise<DiskInfo> => {
  try {
    return await inspectDisk(resolved.file, handle, format);
  } catch (error) {
    if (!(error instanceof DiskFormatError)) throw error;
    throw new DomainError(
      'invalidParameter',
      `${shown(resolved.text)} is no disk that can be attached: ${error.message}`,
      { cause: error },
    );
  }
};

const isWritable = (file: string): Promise<boolean> =>
  access(file, constants.W_OK).then(
    () => true,
    () => false,
  );

const requireWritable = async (resolved: ResolvedPath): Promise<void> => {
  if (await isWritable(resolved.file)) return;
  throw new DomainError('failed', `${shown(resolved.text)} is not writable for the service. Correct its rights.`, {
    hresult: '0x80070005',
  });
};
