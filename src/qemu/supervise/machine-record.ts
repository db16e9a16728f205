import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DomainError } from '../../core/errors.ts';
import { syncFolder } from '../../core/paths/sync.ts';
import { whenThereIsRoom } from './shortage.ts';

/**
 * What this adapter must know about a machine to find it again and to clean up after it: written before anything is
 * started or given, so that a service killed at any point leaves nothing that the next one cannot take back.
 */
const wireShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tap'), device: z.string() }),
  z.object({
    kind: z.literal('hub'),
    plug: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('user') }),
        z.object({ kind: z.literal('tap'), device: z.string() }),
      ])
      .nullable(),
  }),
]);
const recordShape = z.object({
  version: z.literal(1),
  id: z.string(),
  /** `starting` until the caller of start() was told of success; such a machine is ended, not adopted. */
  phase: z.enum(['starting', 'running', 'saving', 'merging']),
  /** While saving or taking a checkpoint, or changing over at the end of a merge: did the guest run before? (K18) */
  ranBeforeSave: z.boolean(),
  /** The machine was reset, and restarts of its guest do not turn it off until that is done (TurnOffOnGuestRestart). */
  resetting: z.boolean().default(false),
  /** The guest's file systems may be at rest (production checkpoints): whoever takes over wakes them. */
  frozen: z.boolean().optional(),
  process: z.object({ pid: z.number().int(), startTicks: z.number() }).nullable(),
  directories: z.object({ logs: z.string(), home: z.string(), sockets: z.string() }),
  machineType: z.string().nullable(),
  memoryMb: z.number().int(),
  adapterSlots: z.record(z.string(), z.number().int()),
  controllers: z.array(z.number().int()),
  /** Does it have the generation id device? */
  generationId: z.boolean().default(false),
  /** Addresses that the guest still has of adapters that are to be plugged anew with another one (K30). */
  formerMacs: z.record(z.string(), z.string()).default({}),
  /** How adapters reach their networks; the taps among them are ours. */
  wires: z.record(z.string(), wireShape),
  /** Links at promised places and the sockets they lead to. */
  links: z.array(z.object({ promised: z.string(), socket: z.string() })),
  /** Chains of differencing disks, each served to a drive by a process of ours. */
  chains: z
    .array(
      z.object({
        disk: z.string(),
        format: z.enum(['vhd', 'vhdx']),
        files: z.array(z.string()),
        writable: z.boolean().default(false),
        /** Its server keeps what would die with it, and QEMU waits for the next one; those of former versions do not. */
        journaled: z.boolean().default(false),
      }),
    )
    .default([]),
  /** Images that storage daemons serve, each to a drive. */
  daemons: z
    .array(z.object({ disk: z.string(), driver: z.enum(['vpc', 'vhdx']), file: z.string(), readOnly: z.boolean() }))
    .default([]),
  /** QEMU waits for the storage daemons of its disks when they are started anew; machines of former versions do not. */
  awaitsDaemons: z.boolean().default(false),
  /** QEMU may have lost disks of the guest, which stands still and must not go on without them (machine/reopen-drives.ts). */
  lostDrives: z.boolean().optional(),
  /**
   * Drives and adapters that came, went or changed while the machine ran, with the file that was put in last, and `memory`: whoever
   * takes over makes them what its spec says (machine/take-back.ts).
   */
  touched: z.record(z.string(), z.string().nullable()).default({}),
  /** Access given to QEMU's user; `owner` tells what for: `disk:<id>` or `machine`. */
  grants: z.array(z.object({ owner: z.string(), path: z.string(), access: z.enum(['x', 'r', 'rw']) })),
});

export type MachineRecord = z.output<typeof recordShape>;

/** One file a machine under `<state directory>/machines`, and the same in memory. */
export class MachineRecords {
  readonly #directory: string;
  readonly #records = new Map<string, MachineRecord>();
  readonly #turns = new Map<string, Promise<void>>();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<MachineRecords> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const records = new MachineRecords(directory);
    for (const name of await readdir(directory)) {
      // What a service that was killed had not finished to write.
      if (name.endsWith('.new')) await unlink(join(directory, name)).catch(() => {});
      const record = name.endsWith('.json') ? await readRecord(join(directory, name)) : null;
      if (record !== null) records.#records.set(record.id, record);
    }
    return records;
  }

  all(): readonly MachineRecord[] {
    return [...this.#records.values()];
  }

  get(id: string): MachineRecord | null {
    return this.#records.get(id) ?? null;
  }

  /** `durable`: survives a power cut, as what it tells of does (ACLs on disk). */
  put(record: MachineRecord, durable: boolean): Promise<void> {
    this.#records.set(record.id, record);
    return this.#inTurn(record.id, () => this.#write(record.id, durable));
  }

  /** Changes what is there; nothing when the machine has no record any more. */
  async change(id: string, change: Partial<Omit<MachineRecord, 'id' | 'version'>>, durable = false): Promise<void> {
    const record = this.#records.get(id);
    if (record !== undefined) await this.put({ ...record, ...change }, durable);
  }

  remove(id: string): Promise<void> {
    this.#records.delete(id);
    return this.#inTurn(id, () => unlink(this.#file(id)).catch(() => {}));
  }

  /** Writes of one record never overtake each other. */
  #inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work, work);
    this.#turns.set(id, turn);
    const forget = (): void => {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    };
    turn.then(forget, forget);
    return turn;
  }

  /** What the record is by now; one that is gone is not written again. */
  async #write(id: string, durable: boolean): Promise<void> {
    const record = this.#records.get(id);
    if (record === undefined) return;
    const file = this.#file(id);
    const temporary = `${file}.new`;
    {
      await using handle = await open(temporary, 'w', 0o600);
      await handle.writeFile(JSON.stringify(record));
      if (durable) await handle.datasync();
    }
    await rename(temporary, file);
    if (durable) await syncFolder(this.#directory);
  }

  #file(id: string): string {
    return join(this.#directory, `${id.replaceAll(/[^A-Za-z0-9-]/g, '_')}.json`);
  }
}

/** A machine whose record cannot be read may run: it is not to be taken for gone. Rejects with DomainError. */
async function readRecord(file: string): Promise<MachineRecord | null> {
  const text = await whenThereIsRoom(() => readFile(file, 'utf8')).catch((cause: unknown) => {
    throw new DomainError(
      'failed',
      `The record ${file} of a machine that may run cannot be read. Look at the disk it is on, then start the service again.`,
      { cause },
    );
  });
  try {
    return recordShape.parse(JSON.parse(text));
  } catch {
    // Never half-written (rename), so: not ours, or of another version.
    return null;
  }
}
