import { filesBetween } from '../differencing/between.ts';
import { differencingOf, namedFiles } from '../differencing/disk-tree.ts';
import { withLayers } from '../disks/layers.ts';
import { DomainError } from '../errors.ts';
import type { ReferencePointPlace } from '../graph.ts';
import { readInfo, requireDisk } from '../images/describe.ts';
import type { BackingImage } from '../machine-spec.ts';
import type { ReferencePoint, VirtualSystem } from '../model.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import type { ReferencePointOperations } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { requireNotBusy } from '../systems/targets.ts';
import { changedRanges } from './changed-ranges.ts';

type ChangesRequest = Parameters<ReferencePointOperations['changes']>[0];

/** What GetVirtualDiskChanges takes for a disk of a point; `index`: of the disk in it. */
export const changeTrackingId = ({ id }: ReferencePoint, index: number): string =>
  `${id}:${index.toString(16).padStart(8, '0').toUpperCase()}`;

const TRACKING_ID = /^([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}):([0-9A-F]{8})$/i;

/**
 * GetVirtualDiskChanges. A disk and its past are files over each other, and each holds what was written while it was the
 * youngest: the files on the way from the one to the other, but for the one that is below both, hold all that can differ.
 */
export const diskChanges = async (
  context: SystemsContext,
  paths: PathResolver,
  wanted: ChangesRequest,
): ReturnType<ReferencePointOperations['changes']> =>
  context.turns.run(requireTracked(context, wanted.since).system.id, async () => {
    const owner = requireTracked(context, wanted.since).system;
    requireNotBusy(owner);
    // A merge rewrites tables of files that are read here. It is begun again afterwards.
    await context.diskWork.letGo(owner.id);
    const { system, file: since } = requireTracked(context, wanted.since);
    const disk = await requireDisk(paths, wanted.path);
    const target = await nameOf(context, system, disk);
    const between = target === null ? null : filesBetween(system, since, target);
    if (between === null)
      throw invalid(
        `${quote(wanted.path)} is no file of the disk that LimitId names. Give the file of a checkpoint of that virtual machine, or its current one.`,
      );
    requireStill(context, disk);
    const { offset, end } = rangeOf(wanted, (await readInfo(disk)).virtualSize);
    return withLayers(await imagesOf(context, between), (layers) => changedRanges(layers, offset, end));
  });

/** @throws DomainError invalidParameter for a text that names no disk of a reference point */
const requireTracked = (
  { graph }: Pick<SystemsContext, 'graph'>,
  since: string,
): ReferencePointPlace & { readonly file: string } => {
  const [, id = '', index = ''] = TRACKING_ID.exec(since) ?? [];
  const place = graph.referencePoint(id);
  const disk = place?.point.disks[Number.parseInt(index, 16)];
  if (place === undefined || disk === undefined)
    throw invalid(
      `LimitId ${quote(since)} names no disk of a reference point. Give one of its ResilientChangeTrackingIdentifiers.`,
    );
  return { ...place, file: disk.file };
};

/** The file as the record of the system names it; null: it does not. */
const nameOf = async (
  { paths }: Pick<SystemsContext, 'paths'>,
  system: VirtualSystem,
  { file }: ResolvedPath,
): Promise<string | null> => {
  const rows = differencingOf(system).flatMap((row) => (row.parent === null ? [row.file] : [row.file, row.parent]));
  for (const name of new Set([...rows, ...namedFiles(system)])) {
    // One that lies in no allowed root any more is not what the client named.
    const known = await paths.diskFile(name).catch(() => null);
    if (known === file) return name;
  }
  return null;
};

/** A file that a machine writes to is never still: what its tables say is partly in the memory of the machine. */
const requireStill = ({ fleet }: Pick<SystemsContext, 'fleet'>, { file, text }: ResolvedPath): void => {
  for (const id of fleet.ids())
    for (const { image } of fleet.get(id)?.spec.disks ?? [])
      if (image?.file === file)
        throw new DomainError(
          'inUse',
          `${quote(text)} is written to by a running virtual machine. Take a recovery checkpoint, and give the file of its disk.`,
          { hresult: '0x80070020' },
        );
};

const rangeOf = (wanted: ChangesRequest, size: number): { readonly offset: number; readonly end: number } => {
  if (wanted.offset > BigInt(size)) throw invalid(`ByteOffset ${wanted.offset} lies behind the disk of ${size} bytes.`);
  const offset = Number(wanted.offset);
  const end = wanted.length > BigInt(size - offset) ? size : offset + Number(wanted.length);
  return { offset, end };
};

const imagesOf = async (
  { disks }: Pick<SystemsContext, 'disks'>,
  files: readonly string[],
): Promise<readonly BackingImage[]> => {
  const sweep = disks.sweep();
  return Promise.all(
    files.map(async (each) => {
      const { file, format } = await sweep.inspect(each, 'disk', 'read');
      return { file, format };
    }),
  );
};
