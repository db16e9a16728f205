import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { CimClient } from '../client/cim-client.ts';
import { placeOf, type WantedPlace } from '../client/drive-controllers.ts';
import { Drives } from '../client/drives.ts';
import { HostFiles } from '../client/files.ts';
import { DISK_FORMATS, type DiskFormat, type DiskType, type ImageInfo, Images } from '../client/images.ts';
import type { JobWatch } from '../client/job.ts';
import type { PlanDisk } from '../client/plan-details.ts';
import { VirtualMachines } from '../client/virtual-machines.ts';
import { diskSize, sizeText } from './byte-size.ts';
import { watched } from './checkpoint.ts';
import { connect, type ConnectOptions, NoSuchFileError, restOptionsOf, UsageError } from './connect.ts';
import { inFolder } from './host-paths.ts';
import type { Listing } from './print/listing.ts';
import { printable } from './print/output.ts';
import { type ListFlags, printList } from './print/print-list.ts';
import { servicePath } from './service-path.ts';

type Row = PlanDisk & { readonly machine: string };

const DRIVES: Listing<Row> = {
  name: ({ file }) => file,
  plain: ({ machine, place, kind, file }) => ({ machine, place, kind, file }),
  columns: [
    { name: 'machine', text: ({ machine }) => machine },
    { name: 'place', text: ({ place }) => place },
    { name: 'kind', text: ({ kind }) => kind },
    { name: 'file', text: ({ file }) => file },
    { name: 'id', wide: true, text: ({ setting }) => setting },
  ],
};

const IMAGES: Listing<ImageInfo> = {
  name: ({ path }) => path,
  columns: [
    { name: 'format', text: ({ format }) => format },
    { name: 'type', text: ({ type }) => type ?? '' },
    { name: 'size', text: ({ sizeBytes }) => sizeText(sizeBytes) },
    { name: 'file size', text: ({ fileBytes }) => sizeText(fileBytes) },
    { name: 'in use', text: ({ inUse }) => (inUse ? 'yes' : '') },
    { name: 'parent', text: ({ parent }) => parent ?? '' },
    { name: 'path', text: ({ path }) => path },
    { name: 'id', wide: true, text: ({ id }) => id ?? '' },
    { name: 'block', wide: true, text: ({ blockBytes }) => (blockBytes === 0 ? '' : sizeText(blockBytes)) },
  ],
};

/** vsms disk list [VM] */
export const listDisks = (name: string | undefined, flags: ListFlags): Promise<void> =>
  printList(flags, DRIVES, async (client) => {
    const machines = new VirtualMachines(client);
    const drives = new Drives(client);
    const rows: Row[] = [];
    for (const { id, name: machine } of name === undefined ? await machines.list() : [await machines.find(name)])
      rows.push(...(await drives.list(id)).map((disk) => ({ ...disk, machine })));
    return rows;
  });

/** vsms disk inspect FILE: as its host sees it; `vsms inspect` reads a file of ours without a service. */
export const inspectImage = (file: string, flags: ListFlags): Promise<void> =>
  printList(flags, IMAGES, async (client) => [await new Images(client).describe(servicePath(file, flags))]);

const withImages = async (
  title: string,
  options: ConnectOptions,
  work: (images: Images, watch: JobWatch, client: CimClient) => Promise<string>,
): Promise<void> => {
  const client = await connect(options);
  try {
    console.log(await watched(title, (watch) => work(new Images(client), watch, client)));
  } finally {
    client.close();
  }
};

export interface ImageFlags extends ConnectOptions {
  readonly size?: string;
  readonly format?: string;
  readonly type?: string;
  readonly parent?: string;
}

const TYPES: readonly DiskType[] = ['fixed', 'dynamic'];

/** The format that was asked for, or that the ending of the name says. @throws UsageError */
const formatOf = (file: string, format: string | undefined): DiskFormat => {
  const wanted = format ?? /\.(?:a(?=vhd))?(vhdx?|qcow2)$/i.exec(file)?.[1]?.toLowerCase();
  if (wanted === undefined || !Object.hasOwn(DISK_FORMATS, wanted))
    throw new UsageError(`${file}: a new disk is .vhdx, .vhd or .qcow2, or give --format.`);
  return wanted as DiskFormat;
};

const typeOf = (type: string | undefined): DiskType => {
  const found = TYPES.find((each) => each === (type ?? 'dynamic'));
  if (found === undefined) throw new UsageError('--type is dynamic or fixed.');
  return found;
};

/** vsms disk create FILE */
export const createDisk = async (file: string, flags: ImageFlags): Promise<void> => {
  const path = servicePath(file, flags);
  const parent = flags.parent === undefined ? null : servicePath(flags.parent, flags);
  if ((flags.size === undefined) === (parent === null))
    throw new UsageError('Give --size, or --parent for a differencing disk.');
  const image = {
    path,
    format: formatOf(file, flags.format),
    type: parent === null ? typeOf(flags.type) : ('differencing' as const),
    sizeBytes: flags.size === undefined ? null : diskSize(flags.size, '--size'),
    parent,
  };
  await withImages(`Making ${printable(path)}`, flags, async (images, watch) => {
    await images.create(image, watch);
    return printable(path);
  });
};

/** vsms disk convert FROM TO */
export const convertDisk = async (from: string, to: string, flags: ImageFlags): Promise<void> => {
  const path = servicePath(to, flags);
  const image = { path, format: formatOf(to, flags.format), type: typeOf(flags.type), sizeBytes: null, parent: null };
  await withImages(`Converting ${printable(from)}`, flags, async (images, watch) => {
    await images.convert(servicePath(from, flags), image, watch);
    return printable(path);
  });
};

/** vsms disk resize FILE SIZE; `+10G` is so much more, as of qemu-img. */
export const resizeDisk = async (file: string, size: string, flags: ConnectOptions): Promise<void> => {
  const [, sign = '', digits = ''] = /^(\+?)(.*)$/s.exec(size.trim()) ?? [];
  const given = diskSize(digits, 'The new size');
  await withImages(`Resizing ${printable(file)}`, flags, async (images, watch) => {
    const path = servicePath(file, flags);
    const bytes = given + (sign === '+' ? (await images.describe(path)).sizeBytes : 0);
    await images.resize(path, bytes, watch);
    return `${printable(file)} has ${sizeText(bytes)} now; its guest's partitions are the guest's to grow.`;
  });
};

/** vsms disk compact FILE */
export const compactDisk = (file: string, flags: ConnectOptions): Promise<void> =>
  withImages(`Compacting ${printable(file)}`, flags, async (images, watch) => {
    const path = servicePath(file, flags);
    const before = (await images.describe(path)).fileBytes;
    await images.compact(path, watch);
    return `${printable(file)}: ${sizeText(before)} before, ${sizeText((await images.describe(path)).fileBytes)} now.`;
  });

/** vsms disk validate FILE: fails in the words of the host when it is damaged. */
export const validateDisk = (file: string, flags: ConnectOptions): Promise<void> =>
  withImages(`Validating ${printable(file)}`, flags, async (images, watch) => {
    await images.validate(servicePath(file, flags), watch);
    return `${printable(file)} and all that it needs are whole.`;
  });

export const withDrives = async (
  name: string,
  options: ConnectOptions,
  work: (drives: Drives, machine: string) => Promise<string>,
): Promise<void> => {
  const client = await connect(options);
  try {
    const { id } = await new VirtualMachines(client).find(name);
    console.log(await work(new Drives(client), id));
  } finally {
    client.close();
  }
};

/** What an option names. @throws UsageError */
const placeOption = (option: string, text: string): WantedPlace => {
  const place = placeOf(text);
  if (place === null)
    throw new UsageError(
      `${option} is a place like "SCSI 0:1", or a controller like "IDE 1" for its first free location.`,
    );
  return place;
};

export interface AttachFlags extends ConnectOptions {
  readonly cd?: boolean;
  readonly scsi?: boolean;
  readonly at?: string;
}

/** vsms disk attach VM FILE */
export const attachDisk = async (name: string, file: string, flags: AttachFlags): Promise<void> => {
  const { at, scsi, cd } = flags;
  if (at !== undefined && scsi === true) throw new UsageError('Give --at or --scsi: the place says on what it is.');
  const where = at === undefined ? (scsi === true ? 'scsi' : 'first') : placeOption('--at', at);
  await withDrives(name, flags, async (drives, machine) => {
    const path = servicePath(file, flags);
    const before = new Set((await drives.list(machine)).map(({ setting }) => setting));
    await drives.attach(machine, (cd ?? /\.iso$/i.test(file)) ? 'cd' : 'disk', path, where);
    const made = (await drives.list(machine)).find(({ setting }) => !before.has(setting));
    return `${printable(path)} is at ${made?.place ?? 'its place'} of ${printable(name)}.`;
  });
};

/** vsms disk move VM PLACE|FILE TO */
export const moveDisk = async (name: string, which: string, to: string, flags: ConnectOptions): Promise<void> => {
  const wanted = placeOption('The new place', to);
  await withDrives(name, flags, async (drives, machine) => {
    const disk = await drives.find(machine, which);
    const before = new Set((await drives.list(machine)).map(({ setting }) => setting));
    await drives.move(machine, disk, wanted);
    // The place is part of the name of the setting; another drive may have the same file.
    const moved = (await drives.list(machine)).find(({ setting }) => !before.has(setting)) ?? disk;
    return `${printable(disk.file)} is at ${moved.place} of ${printable(name)}.`;
  });
};

/** vsms disk detach VM PLACE|FILE */
export const detachDisk = (name: string, which: string, flags: ConnectOptions): Promise<void> =>
  withDrives(name, flags, async (drives, machine) => {
    const disk = await drives.find(machine, which);
    await drives.detach(disk);
    return `${printable(disk.file)} is detached from ${printable(name)}; the file is kept.`;
  });

const defaultFolder = async (flags: ConnectOptions): Promise<string> => {
  const client = await connect(flags);
  try {
    return await new Images(client).defaultFolder();
  } finally {
    client.close();
  }
};

/** vsms disk upload FILE [PATH] */
export const uploadDisk = async (file: string, path: string | undefined, flags: ConnectOptions): Promise<void> => {
  if (!existsSync(file)) throw new NoSuchFileError(file);
  const files = new HostFiles(await restOptionsOf(flags));
  const target = path ?? inFolder(await defaultFolder(flags), basename(file));
  await watched(`Uploading ${printable(file)}`, (watch) => files.upload(file, target, watch));
  console.log(printable(target));
};

/** vsms disk download PATH [FILE] */
export const downloadDisk = async (path: string, file: string | undefined, flags: ConnectOptions): Promise<void> => {
  const files = new HostFiles(await restOptionsOf(flags));
  const target = file ?? basename(path.replaceAll('\\', '/'));
  await watched(`Downloading ${printable(path)}`, (watch) => files.download(path, target, watch));
  console.log(printable(target));
};
