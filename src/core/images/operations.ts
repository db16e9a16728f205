import type { DiskInfo } from '../../vhd/disk-info.ts';
import { DomainError, ifRefused } from '../errors.ts';
import type { JobDefinition } from '../jobs/definition.ts';
import type { AffectedElement, Job } from '../jobs/job.ts';
import { chainFiles, filesOf } from '../disks/chain-files.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import type { BackingImage, DiskImage } from '../machine-spec.ts';
import type { ImageOperations, RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { describeDisk, readInfo, requireDisk } from './describe.ts';
import { CHANGES_CONTENT, exists, type ImageDefinition, imageDefinition, type ImageParams } from './image-job.ts';
import type { ImageWork } from './image-work.ts';
import { growWork } from './grow-disk.ts';
import { isInSavedState, requireUnused } from './in-use.ts';
import { requireNothingOver } from './needed-by.ts';
import { compactedQcow2, type DiskToWrite, likeDisk, mergedDisk } from './new-disk.ts';
import { checkSettings, checkSize } from './settings.ts';
import type { AttachedImage, VirtualHardDiskChange, VirtualHardDiskSettings } from '../disks/virtual-hard-disk.ts';
import { attachDefinition, type AttachParams } from './attach-job.ts';
import type { Attachments } from './attachments.ts';

const KINDS: readonly ImageWork['kind'][] = [
  'create',
  'floppy',
  'compact',
  'resize',
  'grow',
  'merge',
  'convert',
  'setParent',
  'change',
  'validate',
];

const OF_SERVICE: readonly AffectedElement[] = [
  { element: { kind: 'service', className: 'Msvm_ImageManagementService' }, effect: 0 },
];

/** The operations of requests.ts. Their jobs are registered, so that a restart finds them. */
export const imageOperations = (
  context: SystemsContext,
  paths: PathResolver,
  attachments: Attachments,
): ImageOperations => {
  const definitions = new Map(KINDS.map((kind): [string, ImageDefinition] => [kind, imageDefinition(context, kind)]));
  for (const definition of definitions.values()) context.jobs.register(definition);
  const attach = attachDefinition(attachments);
  context.jobs.register(attach);
  return new Images(context, paths, definitions, attachments, attach);
};

class Images implements ImageOperations {
  readonly #context: SystemsContext;
  readonly #paths: PathResolver;
  readonly #definitions: ReadonlyMap<string, ImageDefinition>;
  readonly #attachments: Attachments;
  readonly #attach: JobDefinition<AttachParams>;

  constructor(
    context: SystemsContext,
    paths: PathResolver,
    definitions: ReadonlyMap<string, ImageDefinition>,
    attachments: Attachments,
    attach: JobDefinition<AttachParams>,
  ) {
    this.#context = context;
    this.#paths = paths;
    this.#definitions = definitions;
    this.#attachments = attachments;
    this.#attach = attach;
  }

  attached(): Iterable<AttachedImage> {
    return this.#attachments.images();
  }

  async attachedAs(text: string): Promise<AttachedImage | undefined> {
    const images = [...this.attached()];
    const file = await this.#paths.resolve(text, 'newFile').then((found) => found.file, ifRefused(null));
    const same = images.find((image) => image.file === file || image.file === text);
    if (same !== undefined) return same;
    // Hyper-V's clients think that case does not count; where it does, the file itself was found above.
    const alike = images.filter((image) => spelling(image.text) === spelling(text));
    return alike.length === 1 ? alike[0] : undefined;
  }

  async isInSavedState(path: string): Promise<boolean> {
    return isInSavedState(this.#context, (await requireDisk(this.#paths, path)).file);
  }

  async attach(request: RequestContext, text: string, readOnly: boolean): Promise<Job> {
    this.#attachments.requireAble();
    const file = await requireDisk(this.#paths, text);
    const info = await readInfo(file);
    const { virtualSize: bytes, logicalSectorSize: sectorSize } = info;
    const image = await this.#imageToAttach(file, info, readOnly);
    await this.#attachments.requireAbleTo(image);
    requireUnused(this.#context, file.file);
    if (!image.readOnly) await requireNothingOver(this.#context, file.file);
    const type = info.format === 'iso' ? 'cd' : 'disk';
    const params: AttachParams = { file: file.file, text, readOnly: image.readOnly, type, image, bytes, sectorSize };
    // Asked before the job, so that whoever holds it is told at once.
    this.#context.disks.claim([file.file])[Symbol.dispose]();
    return this.#context.jobs.submit(request, this.#attach, params, OF_SERVICE);
  }

  /** With what lies below it, as a machine has it. */
  async #imageToAttach({ text, file }: ResolvedPath, info: DiskInfo, readOnly: boolean): Promise<DiskImage> {
    if (info.format === 'iso') return { file, format: 'raw', readOnly: true };
    if (!readOnly) return this.#context.disks.inspect(text, 'disk', 'write');
    const { format, backing } = await this.#context.disks.inspect(text, 'disk', 'read');
    const isDifferencing = info.type === 'differencing' && info.backing === null;
    return {
      file,
      format,
      readOnly: true,
      ...(backing === undefined ? {} : isDifferencing ? { parents: backing.map((each) => each.file) } : { backing }),
    };
  }

  detach(file: string): Promise<void> {
    return this.#attachments.detach(file);
  }

  async change(request: RequestContext, path: string, change: VirtualHardDiskChange): Promise<Job> {
    const { disk, file, dataWriteId } = await this.#ownDisk(path);
    if (change.physicalSectorSize !== undefined && disk.format === 'vhd')
      throw invalid('A VHD has physical sectors of 512 bytes. Use the format VHDX for 4096.');
    const parent = change.parentPath === undefined ? null : await this.#newParent(path, change.parentPath, false);
    const changed: DiskToWrite = {
      ...disk,
      dataWriteId,
      id: change.id ?? disk.id,
      physicalSectorSize: change.physicalSectorSize ?? disk.physicalSectorSize,
      ...(parent === null ? {} : { parent }),
    };
    const work: ImageWork = { kind: 'change', disk: changed, files: [imageOf(disk, file)] };
    return this.#submit(request, work, file, parent === null ? [] : [parent]);
  }

  describe(path: string): ReturnType<ImageOperations['describe']> {
    return describeDisk(this.#context, this.#paths, path);
  }

  async create(request: RequestContext, settings: VirtualHardDiskSettings): Promise<Job> {
    checkSettings(settings);
    const target = await this.#newFile(settings.path);
    const disk = await this.#newDisk(settings);
    const files = disk.parent === null ? [] : [disk.parent];
    return this.#submit(request, { kind: 'create', disk }, target, files);
  }

  async createFloppy(request: RequestContext, path: string): Promise<Job> {
    if (!/\.(?:vfd|flp|img)$/i.test(path)) throw invalid('The name of a virtual floppy disk ends in .vfd.');
    return this.#submit(request, { kind: 'floppy' }, await this.#newFile(path));
  }

  async convert(request: RequestContext, source: string, settings: VirtualHardDiskSettings): Promise<Job> {
    if (settings.type === 'differencing') throw invalid('A disk is converted to a fixed or a dynamic one.');
    const files = filesOf(await this.#image(source));
    const target = await this.#newFile(settings.path);
    const size = BigInt((await readInfo(await requireDisk(this.#paths, source))).virtualSize);
    const sector = settings.logicalSectorSize === 4096 ? 4096n : 512n;
    const wanted = { ...settings, size: ((size + sector - 1n) / sector) * sector };
    checkSettings(wanted);
    return this.#submit(request, { kind: 'convert', disk: diskOf(wanted, null), files }, target, paths(files));
  }

  async resize(request: RequestContext, path: string, size: bigint): Promise<Job> {
    const found = await requireDisk(this.#paths, path);
    const grow = await growWork(this.#context, found.file, await readInfo(found), size);
    if (grow !== null) return this.#submit(request, grow, found);
    const { disk, file } = await this.#ownDisk(path);
    checkSize(disk.format, size, BigInt(disk.logicalSectorSize));
    const wanted = Number(size);
    if (wanted < disk.size && (disk.format === 'vhd' || disk.parent !== null))
      throw invalid('Only a VHDX that is no differencing disk can become smaller.');
    if (disk.format === 'vhd' && disk.parent !== null)
      throw invalid('A differencing VHD keeps the size of its parent.');
    const work: ImageWork = { kind: 'resize', disk: { ...disk, size: wanted }, files: [imageOf(disk, file)] };
    return this.#submit(request, work, file);
  }

  async compact(request: RequestContext, path: string): Promise<Job> {
    const qcow2 = await requireDisk(this.#paths, path);
    const info = await readInfo(qcow2);
    if (info.format === 'qcow2') {
      const disk = compactedQcow2(info, path);
      requireUnused(this.#context, qcow2.file);
      return this.#submit(request, { kind: 'compact', disk, files: [imageOf(disk, qcow2)] }, qcow2);
    }
    const { disk, file, dataWriteId } = await this.#ownDisk(path);
    if (disk.type === 'fixed') throw invalid('A fixed disk takes all its room. Convert it to a dynamic one instead.');
    // The content stays, so children stay children.
    const work: ImageWork = { kind: 'compact', disk: { ...disk, dataWriteId }, files: [imageOf(disk, file)] };
    return this.#submit(request, work, file);
  }

  async merge(request: RequestContext, source: string, destination: string): Promise<Job> {
    const image = await this.#image(source);
    const files = filesOf(image);
    const into = await this.#paths.resolve(destination, 'newFile');
    const place = files.findIndex(({ file }) => file === into.file);
    if (place === 0) throw invalid('A disk is merged into one of its parents, or into a new file.');
    if (place < 0) return this.#mergeIntoNew(request, files, into, destination);
    const taken = files.slice(0, place + 1);
    const info = await readInfo(into);
    const { virtualSize } = await readInfo({ text: source, file: image.file, exists: true });
    const disk = { ...likeDisk(info, files[place + 1]?.file ?? null), size: virtualSize };
    const consumed = taken.slice(0, -1).map(({ file }) => file);
    return this.#submit(request, { kind: 'merge', disk, files: taken }, into, paths(files), consumed);
  }

  async #mergeIntoNew(
    request: RequestContext,
    files: readonly BackingImage[],
    into: ResolvedPath,
    text: string,
  ): Promise<Job> {
    if (into.exists) throw invalid(`${quote(text)} is no parent of the disk. Name one of its parents, or a new file.`);
    const [top] = files;
    if (top === undefined) throw new Error('a disk without a file');
    const info = await readInfo({ text: top.file, file: top.file, exists: true });
    const disk = mergedDisk(info, newGuid());
    return this.#submit(request, { kind: 'convert', disk, files }, into, paths(files));
  }

  async setParent(request: RequestContext, child: string, parent: string, ignoreMismatch: boolean): Promise<Job> {
    const file = await requireDisk(this.#paths, child);
    const info = await readInfo(file);
    const above = await this.#newParent(child, parent, ignoreMismatch);
    const disk = { ...likeDisk(info, above), dataWriteId: info.dataWriteId };
    return this.#submit(request, { kind: 'setParent', disk, files: [imageOf(disk, file)] }, file, [above]);
  }

  /** The file that is to be the parent of a differencing disk. */
  async #newParent(child: string, parent: string, ignoreMismatch: boolean): Promise<string> {
    const info = await readInfo(await requireDisk(this.#paths, child));
    if (info.type !== 'differencing' || info.parent === null) throw invalid(`${quote(child)} is no differencing disk.`);
    const above = await requireDisk(this.#paths, parent);
    const found = await readInfo(above);
    const identity = found.format === 'vhd' ? found.id : found.dataWriteId;
    if (!ignoreMismatch && identity !== info.parent.linkage && identity !== info.parent.linkage2)
      throw new DomainError(
        'failed',
        `${quote(parent)} is not the disk that ${quote(child)} was made from, or was changed since. With IgnoreIDMismatch it is taken all the same.`,
        { hresult: '0xC03A000E' },
      );
    return above.file;
  }

  async validate(request: RequestContext, path: string): Promise<Job> {
    const file = await requireDisk(this.#paths, path);
    const files = filesOf(await this.#image(path));
    return this.#submit(request, { kind: 'validate', files }, file);
  }

  /** With all that it needs; damaged chains are refused here. */
  async #image(text: string): Promise<DiskImage> {
    await requireDisk(this.#paths, text);
    return this.#context.disks.inspect(text, 'disk', 'read');
  }

  async #newFile(text: string): Promise<ResolvedPath> {
    const target = await this.#paths.resolve(text, 'newFile');
    if (target.exists) throw exists(text);
    return target;
  }

  async #newDisk(settings: VirtualHardDiskSettings): Promise<DiskToWrite> {
    if (settings.parentPath === null) {
      if (settings.size === null) throw withoutSize();
      return diskOf(settings, null);
    }
    // With its own parents: a child of a broken chain helps nobody.
    const parent = await this.#image(settings.parentPath);
    const info = await readInfo({ text: settings.parentPath, file: parent.file, exists: true });
    if (info.format !== settings.format) throw invalid(`The parent of a ${settings.format} disk has its format.`);
    const sized = { ...settings, size: BigInt(info.virtualSize), logicalSectorSize: info.logicalSectorSize };
    return diskOf(sized, parent.file);
  }

  /** A disk that is changed: it and its parents are there, and no machine has it. */
  async #ownDisk(text: string): Promise<{
    readonly disk: DiskToWrite;
    readonly file: ResolvedPath;
    readonly dataWriteId: string | null;
  }> {
    const file = await requireDisk(this.#paths, text);
    const info = await readInfo(file);
    const [, parent] = info.type === 'differencing' ? chainFiles(await this.#image(text)) : [];
    requireUnused(this.#context, file.file);
    return { disk: likeDisk(info, parent ?? null), file, dataWriteId: info.dataWriteId };
  }

  async #submit(
    request: RequestContext,
    work: ImageWork,
    target: ResolvedPath,
    files: readonly string[] = [],
    consumed: readonly string[] = [],
  ): Promise<Job> {
    const definition = this.#definitions.get(work.kind);
    if (definition === undefined) throw new Error(`no job for ${work.kind}`);
    for (const file of consumed) requireUnused(this.#context, file);
    if (CHANGES_CONTENT.has(work.kind))
      for (const file of [target.file, ...consumed]) await requireNothingOver(this.#context, file);
    const params: ImageParams = { work, target: target.file, text: target.text, files, consumed };
    return this.#context.jobs.submit(request, definition, params, OF_SERVICE);
  }
}

/** As clients on Windows compare names. */
const spelling = (text: string): string => text.replaceAll('/', '\\').toLowerCase();

const paths = (files: readonly BackingImage[]): readonly string[] => files.map(({ file }) => file);

const imageOf = ({ format }: DiskToWrite, { file }: ResolvedPath): BackingImage => ({ file, format });

const withoutSize = (): DomainError => invalid('MaxInternalSize is missing. Say how large the disk is to be.');

const diskOf = (settings: VirtualHardDiskSettings, parent: string | null): DiskToWrite => ({
  format: settings.format,
  type: settings.type,
  size: Number(settings.size),
  blockSize: settings.blockSize,
  logicalSectorSize: settings.logicalSectorSize,
  physicalSectorSize: settings.physicalSectorSize,
  // Chosen now: by it a job that was interrupted knows its own file again.
  id: settings.id ?? newGuid(),
  parent,
  dataWriteId: null,
});
