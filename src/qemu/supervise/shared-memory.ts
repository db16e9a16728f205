import { chown, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { copyFile } from '../../core/disks/copy-file.ts';
import { requireSpace } from '../../core/disks/free-space.ts';
import type { AdapterLog } from '../log.ts';
import { sequenceOf } from './loop-sequence.ts';
import { runCommand } from './run-command.ts';
import type { RunUser } from './user.ts';

/** What QEMU maps; kept in being until it is disposed of, and from then on as long as a QEMU has it open. */
export interface MemoryPlace extends AsyncDisposable {
  readonly path: string;
}

/**
 * Memory that many machines share (saved-state/format.ts), where none of them can write to it. QEMU 7.2 opens the file behind
 * its guest's memory for writing and keeps it open: it maps it privately, but what a guest gives to its balloon is cut out of the
 * file, and a QEMU that was broken into could write into the memory of all the others. A loop device that is read-only is
 * opened like a file and refuses all of that. Where there is none, the machine gets a copy of its own.
 */
export class SharedMemory {
  readonly #user: RunUser | null;
  readonly #log: AdapterLog;
  readonly #mayHaveDevices: boolean;
  /** Devices that were made or found, by the file below them. */
  readonly #known = new Map<string, KnownDevice>();
  #turn: Promise<unknown> = Promise.resolve();

  /** Only root makes devices. */
  constructor(user: RunUser | null, log: AdapterLog, mayHaveDevices = process.getuid?.() === 0) {
    this.#user = user;
    this.#log = log;
    this.#mayHaveDevices = mayHaveDevices;
  }

  /** `file` is the machine's own name of what it shares, and may come to name a copy of it. Rejects with DomainError or Error. */
  open(file: string): Promise<MemoryPlace> {
    // One after the other: two that look for a device at once would make two.
    const place = this.#turn.then(() => this.#open(file));
    this.#turn = place.catch(() => undefined);
    return place;
  }

  async #open(file: string): Promise<MemoryPlace> {
    if (this.#mayHaveDevices) {
      try {
        return await this.#openDevice(file);
      } catch (error) {
        this.#log.warn({ err: error, file }, 'no read-only device for the memory of a fork; it gets a copy of its own');
      }
    }
    await this.#makeOwn(file);
    return { path: file, [Symbol.asyncDispose]: async () => undefined };
  }

  /** One that is over this file still is opened without a process; any other is looked for, or made. */
  async #openDevice(file: string): Promise<MemoryPlace> {
    const { dev, ino } = await stat(file, { bigint: true });
    const key = `${dev}:${ino}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      const held = await open(known.path, 'r').catch(() => null);
      // Only what is open cannot become a device over something else.
      if (held !== null && (await sequenceOf(known.path)) === known.sequence) return placeOf(known.path, held);
      await held?.close();
      this.#known.delete(key);
    }
    const place = await openDevice(file);
    const sequence = await sequenceOf(place.path);
    if (sequence !== null) this.#known.set(key, { path: place.path, sequence });
    return place;
  }

  /** A file without other names is nobody else's. */
  async #makeOwn(file: string): Promise<void> {
    const { nlink, blocks } = await stat(file);
    if (nlink > 1) {
      await requireSpace(file, blocks * 512, 'the memory of a fork');
      const copy = `${file}.own`;
      await rm(copy, { force: true });
      try {
        await using source = await open(file, 'r');
        await copyFile(source, copy, { mode: 0o600 });
        await rename(copy, file);
      } catch (error) {
        await rm(copy, { force: true });
        throw error;
      }
    }
    if (this.#user !== null) await chown(file, this.#user.uid, this.#user.gid);
  }
}

interface KnownDevice {
  readonly path: string;
  /** The kernel's number of what the device is over, used once. */
  readonly sequence: string;
}

/** The device over the file that there is, or a new one; it goes away by itself with the last who has it open. */
async function openDevice(file: string): Promise<MemoryPlace> {
  for (const path of await devicesOver(file)) {
    const held = await open(path, 'r').catch(() => null);
    if (held === null) continue;
    // Only what is open cannot become a device over something else.
    const isOver = await devicesOver(file).then(
      (paths) => paths.includes(path),
      async (error: unknown) => {
        await held.close();
        throw error;
      },
    );
    if (isOver) return letGoLast(path, held);
    await held.close();
  }
  const path = (await runCommand('losetup', ['--read-only', '--find', '--show', '--', file])).trim();
  try {
    return await letGoLast(path, await open(path, 'r'));
  } catch (error) {
    await runCommand('losetup', ['--detach', path]).catch(() => undefined);
    throw error;
  }
}

/** Detached while it is held, a device stays until nobody has it open any more. */
async function letGoLast(path: string, held: FileHandle): Promise<MemoryPlace> {
  try {
    await runCommand('losetup', ['--detach', path]);
  } catch (error) {
    await held.close();
    throw error;
  }
  return placeOf(path, held);
}

const placeOf = (path: string, held: FileHandle): MemoryPlace => ({
  path,
  [Symbol.asyncDispose]: () => held.close(),
});

/** Read-only devices over the whole file, whatever name it had when they were made. */
async function devicesOver(file: string): Promise<readonly string[]> {
  const columns = 'NAME,RO,OFFSET,SIZELIMIT';
  const lines = await runCommand('losetup', ['--noheadings', '--raw', '--output', columns, '--associated', file]);
  return lines.split('\n').flatMap((line) => {
    const [name = '', readOnly, offset, limit] = line.trim().split(/\s+/);
    return readOnly === '1' && offset === '0' && limit === '0' ? [name] : [];
  });
}
