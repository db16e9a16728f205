import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { Configuration, Snapshot, VirtualSystem } from '../../../src/core/model.ts';
import type { Store } from '../../../src/core/ports.ts';
import type { ExportRequest } from '../../../src/core/requests.ts';
import { storeSystem } from '../../../src/core/systems/record.ts';
import type { MachineDefinition } from '../../../src/hvfile/definition/definition.ts';
import { readDefinition } from '../../../src/hvfile/definition/read-definition.ts';
import { readHvFile } from '../../../src/hvfile/read-file.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { qemuImg } from '../../vhd/fixtures.ts';
import { add, CALLER, diskDrive, first, GENERATION_2, image, makeWorld, scsiController, type World } from '../kit.ts';

const run = promisify(execFile);
export const MIB = 1024 * 1024;
const DISK_BYTES = 12 * MIB;

export const guid = (n: number): string => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;

export interface ExportWorld extends World {
  readonly store: Store;
  /** In an allowed root; not there yet. */
  readonly out: string;
  readonly disks: string;
}

export const makeExportWorld = async (cleanup: Parameters<typeof makeWorld>[0]): Promise<ExportWorld> => {
  const store = createMemoryStore();
  const world = await makeWorld(cleanup, { openStore: () => store });
  // Not a copy: the world's core is another one after a restart.
  return Object.create(world, {
    store: { value: store },
    out: { value: join(world.directory, 'disks', 'out') },
    disks: { value: join(world.directory, 'disks') },
  }) as ExportWorld;
};

/** A disk with data at a few places, told apart by `mark`. */
export const makeImage = async (file: string, mark: number, below: string | null = null): Promise<void> => {
  const formats: Readonly<Record<string, string>> = { raw: 'raw', qcow2: 'qcow2', vhd: 'vpc', vhdx: 'vhdx' };
  const formatOf = (name: string): string => formats[name.split('.').at(-1) ?? ''] ?? 'raw';
  const format = formatOf(file);
  if (below === null) {
    const options = format === 'vpc' ? ['-o', 'force_size=on'] : [];
    await qemuImg('create', '-q', '-f', format, ...options, file, String(DISK_BYTES));
  } else await qemuImg('create', '-q', '-f', format, '-b', below, '-F', formatOf(below), file);
  const at = (mark * 977) % 6;
  await run('qemu-io', [
    '-f',
    format,
    '-c',
    `write -q -P ${mark} ${at}M 700k`,
    '-c',
    `write -q -P ${mark + 1} ${at * MIB + 5 * MIB + 512} 3k`,
    file,
  ]);
};

/** What QEMU reads in a disk with all below it. */
export const contentByQemu = async (file: string): Promise<Buffer> => {
  const raw = join(tmpdir(), `vsms-content-${randomUUID()}.raw`);
  const format = { vhd: 'vpc', raw: 'raw', qcow2: 'qcow2', vhdx: 'vhdx' }[file.split('.').at(-1) ?? ''] ?? 'raw';
  await qemuImg('convert', '-f', format, '-O', 'raw', file, raw);
  const content = await readFile(raw);
  await rm(raw);
  return content;
};

/** A machine of generation 2 with disks on one SCSI controller. */
export const defineWith = async (world: World, name: string, files: readonly string[]): Promise<VirtualSystem> => {
  const { id } = await world.define({ values: { ...GENERATION_2, ElementName: name } });
  const scsi = first(await add(world, id, scsiController()));
  for (const file of files) {
    const drive = first(await add(world, id, diskDrive(scsi)));
    await add(world, id, image(drive, file));
  }
  return world.system(id);
};

/** The record as it stands, changed, as if something else had made it so. */
export const rewrite = async (
  world: ExportWorld,
  id: string,
  change: (system: VirtualSystem) => VirtualSystem,
): Promise<VirtualSystem> => {
  const system = change(world.system(id));
  await world.store.commit([{ table: 'systems', key: id, value: storeSystem(system) }]);
  await world.restart();
  return world.system(id);
};

/** The settings under another id, on other disks. */
export const onFiles = (
  configuration: Configuration,
  id: string,
  files: ReadonlyMap<string, string>,
): Configuration => ({
  ...configuration,
  id,
  devices: configuration.devices.map((device) => {
    const [file] = (device.values.HostResource as readonly string[] | undefined) ?? [];
    const other = file === undefined ? undefined : files.get(file);
    return other === undefined ? device : { ...device, values: { ...device.values, HostResource: [other] } };
  }),
});

export interface Checkpoint {
  readonly id: string;
  /** File that holds the state of its moment. */
  readonly file: string;
  readonly parent: string | null;
}

/**
 * Gives the machine checkpoints of its one disk: `parents[i]` is the checkpoint that the i-th is made over, or none. The
 * machine goes on over the last one.
 */
export const takeCheckpoints = async (
  world: ExportWorld,
  id: string,
  base: string,
  parents: readonly (number | null)[],
): Promise<readonly Checkpoint[]> => {
  const made: Checkpoint[] = [];
  let current = base;
  const overlay = async (below: string, n: number): Promise<string> => {
    const file = join(world.disks, `${base.split('/').at(-1)?.split('.')[0] ?? ''}_${guid(900 + n)}.qcow2`);
    await makeImage(file, 20 + n * 2, below);
    return file;
  };
  for (const [n, parent] of parents.entries()) {
    // Applied first: the machine goes on over that checkpoint.
    if (parent !== null && parent !== n - 1) current = await overlay(made[parent]?.file ?? base, 100 + n);
    made.push({ id: guid(n + 1), file: current, parent: parent === null ? null : (made[parent]?.id ?? null) });
    current = await overlay(current, n);
  }
  await rewrite(world, id, (system) => ({
    ...system,
    active: onFiles(system.active, id, new Map([[base, current]])),
    snapshots: made.map(
      (each): Snapshot => ({
        configuration: {
          ...onFiles(system.active, each.id, new Map([[base, each.file]])),
          values: { ...system.active.values, ElementName: `checkpoint ${each.id}` },
        },
        type: 'standard',
        parent: each.parent,
        createdAt: 1_700_000_000_000,
      }),
    ),
    currentSnapshot: made.at(-1)?.id ?? null,
  }));
  return made;
};

export const requestFor = (world: ExportWorld, configuration: string, changes: Partial<ExportRequest> = {}) => ({
  configuration,
  directory: world.out,
  snapshots: 'all' as const,
  snapshot: null,
  runtime: true,
  storage: true,
  subdirectory: false,
  style: 'hyperV' as const,
  live: null,
  ...changes,
});

export const exported = async (
  world: ExportWorld,
  configuration: string,
  changes: Partial<ExportRequest> = {},
): Promise<Job> => {
  const job = await world.core.exports.exportSystem(CALLER, requestFor(world, configuration, changes));
  return world.ended(job);
};

export const definitionAt = async (file: string): Promise<MachineDefinition> =>
  readDefinition((await readHvFile(file)).root);

/** Paths below a folder, folders with a slash at their end. */
export const treeOf = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)) + (entry.isDirectory() ? '/' : ''))
    .toSorted();
};

/** Every file below a folder with the hash of its content. */
export const hashesOf = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const files = (await treeOf(folder)).filter((name) => !name.endsWith('/'));
  const hashes = files.map(async (name) => {
    const { mtimeMs } = await stat(join(folder, name));
    return [
      name,
      `${createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex')} ${mtimeMs}`,
    ];
  });
  return Object.fromEntries(await Promise.all(hashes)) as Record<string, string>;
};

export const putFile = async (file: string, content: string | Buffer): Promise<void> => {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, content);
};

/** The image paths that a definition records. */
export const pathsIn = (definition: MachineDefinition): readonly string[] =>
  definition.controllers.flatMap(({ drives }) =>
    drives.flatMap(({ image: held }) => (held === null ? [] : [held.path])),
  );
