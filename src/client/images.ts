import { type Arguments, type CimClient, type InvokeResult, refused } from './cim-client.ts';
import { embeddedValues } from './embedded-text.ts';
import { finishJob } from './jobs.ts';
import type { JobWatch } from './job.ts';
import { isReference, textOf } from './object.ts';
import type { DefaultNamespace, InputOf, MethodOf, PropertyOf } from './schema.ts';
import { settingsText } from './settings-text.ts';

type ImageService = 'Msvm_ImageManagementService';
const SERVICE = { className: 'Msvm_ImageManagementService' } as const;
const SETTING = 'Msvm_VirtualHardDiskSettingData';
const NOTHING = '<INSTANCE/>';

/** Type and Format of Msvm_VirtualHardDiskSettingData (other-services §2). */
export const DISK_TYPES = { fixed: 2, dynamic: 3, differencing: 4 } as const;
/** Of qcow2, which Hyper-V does not know, the ending of the name tells. */
export const DISK_FORMATS = { vhd: 2, vhdx: 3, qcow2: 0 } as const;
export type DiskType = keyof typeof DISK_TYPES;
export type DiskFormat = keyof typeof DISK_FORMATS;

/** A disk image as a host tells it. */
export interface ImageInfo {
  readonly path: string;
  /** `other`: what is no virtual hard disk, such as a raw image. */
  readonly format: DiskFormat | 'other';
  readonly type: DiskType | null;
  /** Bytes of the disk; of its file; of a block. */
  readonly sizeBytes: number;
  readonly fileBytes: number;
  readonly blockBytes: number;
  readonly parent: string | null;
  readonly id: string | null;
  readonly inUse: boolean;
}

export interface NewImage {
  readonly path: string;
  readonly format: DiskFormat;
  readonly type: DiskType;
  /** Bytes; null: that of the parent, or of the image that is converted. */
  readonly sizeBytes: number | null;
  readonly parent: string | null;
}

type ImageState = ReadonlyMap<PropertyOf<DefaultNamespace, 'Msvm_VirtualHardDiskState'>, readonly string[]>;

const fileBytesOf = (state: ImageState): number => Number(state.get('FileSize')?.[0] ?? 0);

/** Disk images of a host as files, in calls of Hyper-V's API. Paths are as the host names them. */
export class Images {
  readonly #client: CimClient;

  constructor(client: CimClient) {
    this.#client = client;
  }

  /** The folder where the host puts disks that nobody gave a place. */
  async defaultFolder(): Promise<string> {
    const found = await this.#client.first('SELECT * FROM Msvm_VirtualSystemManagementServiceSettingData');
    return textOf(found?.properties['DefaultVirtualHardDiskPath']) ?? '';
  }

  /** @throws MethodError */
  async describe(path: string): Promise<ImageInfo> {
    const settings = await this.#client.run(SERVICE, 'GetVirtualHardDiskSettingData', { Path: path });
    const state = await this.#state(path);
    const setting = embeddedValues<typeof SETTING>(textOf(settings.out['SettingData']) ?? NOTHING);
    const text = (name: PropertyOf<DefaultNamespace, typeof SETTING>): string => setting.get(name)?.[0] ?? '';
    return {
      path: text('Path') === '' ? path : text('Path'),
      format: formatOf(text('Format'), path),
      type: wordOf(DISK_TYPES, text('Type')),
      sizeBytes: Number(text('MaxInternalSize')),
      fileBytes: fileBytesOf(state),
      blockBytes: Number(text('BlockSize')),
      parent: text('ParentPath') === '' ? null : text('ParentPath'),
      id: text('VirtualDiskId') === '' ? null : text('VirtualDiskId'),
      inUse: state.get('InUse')?.[0]?.toLowerCase() === 'true',
    };
  }

  /** Size of its file. @throws MethodError */
  async fileBytes(path: string): Promise<number> {
    return fileBytesOf(await this.#state(path));
  }

  create(image: NewImage, watch: JobWatch = {}): Promise<void> {
    return this.#run('CreateVirtualHardDisk', { VirtualDiskSettingData: this.#setting(image) }, watch);
  }

  /** A copy in another format or type, without what lies below it. */
  convert(source: string, image: NewImage, watch: JobWatch = {}): Promise<void> {
    const settings = { SourcePath: source, VirtualDiskSettingData: this.#setting(image) };
    return this.#run('ConvertVirtualHardDisk', settings, watch);
  }

  resize(path: string, sizeBytes: number, watch: JobWatch = {}): Promise<void> {
    return this.#run('ResizeVirtualHardDisk', { Path: path, MaxInternalSize: sizeBytes }, watch);
  }

  compact(path: string, watch: JobWatch = {}): Promise<void> {
    return this.#run('CompactVirtualHardDisk', { Path: path, Mode: 0 }, watch);
  }

  /** @throws MethodError in the words of the host when the image is damaged */
  validate(path: string, watch: JobWatch = {}): Promise<void> {
    return this.#run('ValidateVirtualHardDisk', { Path: path }, watch);
  }

  async #state(path: string): Promise<ImageState> {
    const { out } = await this.#client.run(SERVICE, 'GetVirtualHardDiskState', { Path: path });
    return embeddedValues<'Msvm_VirtualHardDiskState'>(textOf(out['State']) ?? NOTHING);
  }

  #setting({ path, format, type, sizeBytes, parent }: NewImage): string {
    return settingsText(SETTING, {
      Path: path,
      Type: DISK_TYPES[type],
      Format: DISK_FORMATS[format],
      ...(sizeBytes === null ? {} : { MaxInternalSize: sizeBytes }),
      ...(parent === null ? {} : { ParentPath: parent }),
    });
  }

  async #run<M extends MethodOf<DefaultNamespace, ImageService>>(
    method: M,
    // oxlint-disable-next-line typescript/no-generated-empty-object-type -- of one method it has names
    args: Arguments<InputOf<DefaultNamespace, ImageService, M>>,
    watch: JobWatch,
  ): Promise<void> {
    const result: InvokeResult = await this.#client.invoke<ImageService, M>(SERVICE, method, args);
    const job = result.out['Job'];
    if (result.returnValue === 0) return;
    if (result.returnValue !== 4096 || !isReference(job)) throw refused(method, result);
    await finishJob(this.#client, job, watch);
  }
}

const formatOf = (format: string, path: string): ImageInfo['format'] => {
  const word = wordOf(DISK_FORMATS, format) ?? 'other';
  return word === 'qcow2' && !/\.qcow2$/i.test(path) ? 'other' : word;
};

const wordOf = <T extends string>(words: Readonly<Record<T, number>>, value: string): T | null =>
  (Object.keys(words) as T[]).find((word) => String(words[word]) === value) ?? null;
