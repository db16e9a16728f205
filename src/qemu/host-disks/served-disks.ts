import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { HostDisk } from '../../core/disks/host-disks.ts';
import type { MachineProcess } from '../../core/model.ts';
import { blockNodes } from '../command-line/block-node.ts';
import type { DiskSource } from '../command-line/layout.ts';
import type { Programs } from '../host-services.ts';
import type { CheckedImage } from '../images/check-image.ts';
import { serveChain } from '../images/serve-chain.ts';
import { HELPERS } from '../supervise/confinement.ts';
import { sequenceOf } from '../supervise/loop-sequence.ts';
import { endProcessOfPidFile } from '../supervise/pid-file.ts';
import { endProcess, processesIn } from '../supervise/process-identity.ts';
import { type MachineDirectories, machineDirectories, makeMachineDirectories } from '../supervise/socket-directory.ts';
import { serveNodes, stopStorageDaemon } from '../supervise/storage-daemon.ts';
import { listLoopDevices, type LoopDevice, makeLoopDevice, removeLoopDevice } from './loop-devices.ts';
import { shownFile, shownPidFile, startShowing } from './shown-disk.ts';

const HOLDER = 'host';
const OVERLAYS = 'overlays';
const END_LIMIT_MS = 10_000;
/** What the kernel says of a file whose mount is gone: whoever showed it died. */
const LOST = '/';

/** What was made a device of, and which one; null: it is not known yet. */
const recordShape = z.object({ file: z.string(), device: z.string().nullable(), sequence: z.string().nullable() });
type ServedRecord = z.output<typeof recordShape>;

type ServedPrograms = Pick<Programs, 'storageDaemon' | 'chainServer'>;

/**
 * Disks of formats that the kernel does not read, as block devices: processes serve the disk over NBD as they do for a machine, one
 * shows that as a file, and a loop device is over the file. All of them outlive the service. A process that dies makes the device
 * fail until it is detached: what was written and not flushed may be lost with it, and nobody is to go on as if it were there.
 * Each disk has a directory of its own, and the record in it is there before its processes are.
 */
export class ServedDisks {
  readonly #base: string;
  readonly #programs: ServedPrograms;

  /** `base`: a directory that lasts until the host is booted anew, for this alone. */
  constructor(base: string, programs: ServedPrograms) {
    this.#base = base;
    this.#programs = programs;
  }

  /** Clears away what a service that died was about to make, or to take away. */
  async sweep(): Promise<void> {
    const loops = await listLoopDevices();
    for (const { directories, record } of await this.#all()) {
      if (await isOver(record, directories, loops)) continue;
      // One whose number was not noted any more.
      for (const { device, file } of loops) if (file === shownFile(directories)) await removeLoopDevice(device);
      await endAll(directories);
    }
  }

  async list(): Promise<readonly HostDisk[]> {
    const loops = await listLoopDevices();
    const disks: HostDisk[] = [];
    for (const { directories, record } of await this.#all()) {
      if (record === null || record.device === null) continue;
      if (await isOver(record, directories, loops)) disks.push({ device: record.device, file: record.file });
      // Somebody else took the device away.
      else await endAll(directories);
    }
    return disks;
  }

  /** Rejects with DomainError. */
  async attach(file: string, chain: readonly CheckedImage[], options: Omit<LoopDevice, 'seenBy'>): Promise<HostDisk> {
    const directories = this.#directoriesOf(nameOf(file));
    await endAll(directories);
    await mkdir(this.#base, { recursive: true, mode: 0o700 });
    await makeMachineDirectories(directories, null);
    try {
      await writeRecord(directories, { file, device: null, sequence: null });
      const seenBy = await this.#show(file, chain, directories);
      const device = await makeLoopDevice(shownFile(directories), { ...options, seenBy });
      await writeRecord(directories, { file, device, sequence: await sequenceOf(device) });
      return { device, file };
    } catch (error) {
      await endAll(directories);
      throw error;
    }
  }

  /** False: it is none of these. @throws DomainError inUse */
  async detach(device: string): Promise<boolean> {
    const loops = await listLoopDevices();
    for (const { directories, record } of await this.#all()) {
      if (record?.device !== device || !(await isOver(record, directories, loops))) continue;
      await removeLoopDevice(device);
      await endAll(directories);
      return true;
    }
    return false;
  }

  async #show(file: string, chain: readonly CheckedImage[], directories: MachineDirectories): Promise<MachineProcess> {
    const programs = this.#programs;
    const source = await serveChain(HOLDER, chain, { programs, directories, endsWithService: false });
    return startShowing(await this.#served(file, source, directories), {
      directories,
      program: programs.storageDaemon,
    });
  }

  /** What is not served yet is by a process of its own: the one that mounts reads no file of a client. */
  async #served(
    file: string,
    source: DiskSource,
    directories: MachineDirectories,
  ): Promise<Extract<DiskSource, { kind: 'nbd' }>> {
    // Nobody waits for a server that died: see above.
    if (source.kind === 'nbd') return { kind: 'nbd', socket: source.socket, readOnly: source.readOnly };
    const { readOnly } = source;
    const nodes = { nodes: blockNodes(HOLDER, source), file, readOnly, bounds: HELPERS.overlays };
    const options = { directories, user: null, program: this.#programs.storageDaemon };
    return (await serveNodes(OVERLAYS, nodes, options)).source;
  }

  #directoriesOf(name: string): MachineDirectories {
    return machineDirectories(join(this.#base, name), this.#base);
  }

  async #all(): Promise<readonly { directories: MachineDirectories; record: ServedRecord | null }[]> {
    const names = await readdir(this.#base).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return Promise.all(
      names.map(async (name) => {
        const directories = this.#directoriesOf(name);
        return { directories, record: await readRecord(directories) };
      }),
    );
  }
}

const nameOf = (file: string): string => createHash('sha256').update(file).digest('hex').slice(0, 12);

/** By the number that no other use of the device has; of a booted host's devices none is over our file. */
const isOver = async (
  record: ServedRecord | null,
  directories: MachineDirectories,
  loops: readonly HostDisk[],
): Promise<boolean> => {
  if (record?.device == null) return false;
  const loop = loops.find(({ device }) => device === record.device);
  if (loop?.file !== shownFile(directories) && loop?.file !== LOST) return false;
  return (await sequenceOf(record.device)) === record.sequence;
};

/** From the top down, so that each writes out what it holds into one that is still there. */
const endAll = async (directories: MachineDirectories): Promise<void> => {
  await endProcessOfPidFile(shownPidFile(directories));
  await stopStorageDaemon(OVERLAYS, directories.sockets);
  for (const process of await processesIn(directories.sockets)) await endProcess(process, END_LIMIT_MS);
  await rm(directories.logs, { recursive: true, force: true });
};

const recordFile = ({ logs }: MachineDirectories): string => join(logs, 'disk.json');

const writeRecord = async (directories: MachineDirectories, record: ServedRecord): Promise<void> => {
  const file = recordFile(directories);
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${file}.new`, file);
};

/** Null: whoever made the directory did not come to that. */
const readRecord = async (directories: MachineDirectories): Promise<ServedRecord | null> => {
  const text = await readFile(recordFile(directories), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : recordShape.parse(JSON.parse(text));
};
