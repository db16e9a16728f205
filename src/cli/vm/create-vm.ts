import type { CimClient } from '../../client/cim-client.ts';
import { Drives } from '../../client/drives.ts';
import { HostFiles } from '../../client/files.ts';
import { Images } from '../../client/images.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { diskSize, memorySize } from '../byte-size.ts';
import { watched } from '../checkpoint.ts';
import { seedImage } from './cloud-init.ts';
import { connect, restOptionsOf, type ConnectOptions, UsageError } from '../connect.ts';
import { fileName, inFolder } from '../host-paths.ts';
import { interruptible } from '../interrupt.ts';
import { documentText } from '../print/listing.ts';
import { printable } from '../print/output.ts';
import { servicePath } from '../service-path.ts';
import { wholeNumber } from '../whole-number.ts';

export interface CreateFlags extends ConnectOptions {
  readonly generation: string;
  readonly memory: string;
  readonly processors: string;
  readonly disk: readonly string[];
  readonly iso: readonly string[];
  readonly image?: string;
  readonly size?: string;
  readonly cloudInit?: string;
  readonly networkConfig?: string;
  readonly switch?: string;
  readonly serial?: string;
  readonly secureBoot: boolean;
  readonly notes: string;
  readonly dryRun?: boolean;
  readonly output: string;
}

/** vsms vm create NAME */
export async function create(name: string, flags: CreateFlags): Promise<void> {
  const generation = flags.generation === '1' ? 1 : flags.generation === '2' ? 2 : null;
  if (name.trim() === '') throw new UsageError('A machine needs a name.');
  if (generation === null) throw new UsageError('--generation is 1 or 2.');
  if (flags.size !== undefined && flags.image === undefined)
    throw new UsageError('--size is that of the disk made from --image; a new empty one is made by vsms disk create.');
  if (flags.networkConfig !== undefined && flags.cloudInit === undefined)
    throw new UsageError('--network-config is read by cloud-init; give --cloud-init too.');
  const size = flags.size === undefined ? null : diskSize(flags.size, '--size');
  const seed =
    flags.cloudInit === undefined
      ? null
      : await seedImage(name, {
          cloudInit: flags.cloudInit,
          ...(flags.networkConfig === undefined ? {} : { networkConfig: flags.networkConfig }),
        });
  const disks = flags.disk.map((file) => servicePath(file, flags));
  const isos = flags.iso.map((file) => servicePath(file, flags));
  const options = {
    name,
    generation,
    memoryMb: memorySize(flags.memory, '--memory'),
    processors: wholeNumber(flags.processors, '--processors'),
    disks: flags.image === undefined ? disks : [],
    isos: flags.image === undefined ? isos : [],
    switch: flags.switch ?? null,
    serial: flags.serial ?? null,
    secureBoot: flags.secureBoot,
    notes: flags.notes,
  } as const;
  const client = await connect(flags);
  try {
    if (flags.dryRun === true) {
      const { tryCreate } = await import('./create-trial.ts');
      const image =
        flags.image === undefined
          ? null
          : { from: servicePath(flags.image, flags), to: await copyPath(new Images(client), name) };
      return await tryCreate(client, { ...options, disks, isos, image }, flags.output);
    }
    await interruptible(async (signal) => {
      const machines = new VirtualMachines(client);
      const id = await machines.create(options);
      const made: string[] = [];
      try {
        signal.throwIfAborted();
        if (flags.image !== undefined)
          await fromImage(client, id, { name, image: servicePath(flags.image, flags), size, disks, isos }, made);
        if (seed !== null) await withSeed(client, id, name, seed, flags, made);
        signal.throwIfAborted();
      } catch (error) {
        await machines.delete(id).catch((left: Error) => {
          console.error(
            `vsms: ${printable(name)} (${id}) is not whole, and could not be removed: ${printable(left.message)}`,
          );
        });
        for (const file of made) console.error(`vsms: ${printable(file)} was made, and is kept.`);
        throw error;
      }
      console.log((await documentText({ name, id }, flags.output)) ?? `${printable(name)} ${id}`);
    });
  } finally {
    client.close();
  }
}

/** Where the copy of an image goes. */
const copyPath = async (images: Images, name: string): Promise<string> =>
  inFolder(await images.defaultFolder(), `${fileName(name)}.vhdx`);

/** The machine gets a copy of the image as its first disk, then the others; an image is not written to. */
const fromImage = async (
  client: CimClient,
  id: string,
  wanted: {
    readonly name: string;
    readonly image: string;
    readonly size: number | null;
    readonly disks: readonly string[];
    readonly isos: readonly string[];
  },
  made: string[],
): Promise<void> => {
  const { name, image, size, disks, isos } = wanted;
  const images = new Images(client);
  const path = await copyPath(images, name);
  const copy = { path, format: 'vhdx', type: 'dynamic', sizeBytes: null, parent: null } as const;
  await watched(`Copying ${printable(image)}`, (watch) => images.convert(image, copy, watch));
  made.push(path);
  if (size !== null) await images.resize(path, size);
  const drives = new Drives(client);
  for (const disk of [path, ...disks]) await drives.attach(id, 'disk', disk);
  for (const iso of isos) await drives.attach(id, 'cd', iso);
};

const withSeed = async (
  client: CimClient,
  id: string,
  name: string,
  seed: Buffer,
  flags: CreateFlags,
  made: string[],
): Promise<void> => {
  const path = inFolder(await new Images(client).defaultFolder(), `${fileName(name)}-cloud-init.iso`);
  await new HostFiles(await restOptionsOf(flags)).write(path, seed);
  made.push(path);
  await new Drives(client).attach(id, 'cd', path);
};
