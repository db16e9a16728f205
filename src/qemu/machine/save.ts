import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import { receiveStream, type StreamReceiver } from '../saved-state/write-stream.ts';
import { continueGuest } from './continue-guest.ts';
import { recordOf, type MachineContext } from './context.ts';
import { plugNatNetworks, pullNatNetworks } from './network.ts';
import { reopenDrives } from './reopen-drives.ts';

/** No byte for this long means that the disk below hangs. */
const STALL_MS = 120_000;
const POLL_MS = { first: 2, most: 100 } as const;

/**
 * Writes memory and device state to `file` (spec qemu §4): stop, migrate into a unix socket that we listen on, pipe into a
 * file beside it, fsync, rename. When it resolves the guest is stopped for good and the file is durable; when it rejects
 * the guest is as it was before, and no file is there.
 */
export async function writeSavedState(
  context: MachineContext,
  file: string,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { monitor, host } = context;
  const ran = (await monitor.execute('query-status', {})).running;
  await host.records.change(context.id, { phase: 'saving', ranBeforeSave: ran });
  try {
    if (ran) await monitor.execute('stop', {});
    await pullNatNetworks(context);
    await using receiver = await receiveState(context, file);
    await migrateInto(context, receiver, progress, signal);
    await receiver.publish();
  } catch (error) {
    // A dead QEMU has nothing to go on with; that is told by its end.
    await undoSave(context, ran).catch((cause: unknown) =>
      host.log.error({ err: cause, system: context.id }, 'a failed save is not undone'),
    );
    throw error;
  }
}

/** K18: an interrupted save is undone. A guest whose disks cannot be had again stands still, as after any failure of a disk. */
export async function undoSave(context: MachineContext, ran: boolean): Promise<void> {
  const { id, host, edges } = context;
  await plugNatNetworks(context);
  const goOn = async (): Promise<void> => {
    // A `cont` that failed may be behind us, or behind a former service: the next one says nothing of the disks.
    await reopenDrives(context);
    await continueGuest(context);
  };
  if (ran)
    await goOn().catch((error: unknown) => {
      if (host.records.get(id)?.lostDrives !== true) throw error;
      host.log.error({ err: error, system: id }, 'a guest does not go on: its disks cannot be read');
      edges.push({ kind: 'ioError', disk: null, noSpace: false, reason: 'a disk cannot be read' });
    });
  await host.records.change(id, { phase: 'running' });
}

export interface Migration {
  /** Hears how far it is while the guest runs on. */
  readonly watch?: Watch | null;
  /** As of the receiver: when it rejects, it says what was lacking. */
  readonly ready?: Promise<unknown>;
  /** The guest runs on, and its memory follows behind its back (`background-snapshot`, which QEMU has agreed to). */
  readonly behind?: boolean;
}

type Watch = (ram: { readonly transferred: number; readonly total: number }) => Promise<void>;

/** Where QEMU is to send its state to. */
export interface StateReceiver extends StreamReceiver {
  readonly socket: string;
}

/** Opens `file` and waits for QEMU, which has not been asked yet. `ready`: nothing is read before, nor when it rejects. */
export async function receiveState(
  context: MachineContext,
  file: string,
  ready: Promise<unknown> = Promise.resolve(),
): Promise<StateReceiver> {
  const { host, directories } = context;
  const record = recordOf(context);
  const socket = join(directories.home, `${randomUUID().slice(0, 8)}.save`);
  const header = {
    machineType: record.machineType ?? '',
    memoryMb: record.memoryMb,
    processors: context.spec.processors,
    adapterSlots: record.adapterSlots,
    controllers: record.controllers,
    generationId: record.generationId,
    peers: Object.fromEntries(Object.entries(record.wires).map(([id, { kind }]) => [id, kind])),
    // Those that the guest has: it may not have let go of a former one yet (renew-adapters.ts).
    macs: {
      ...Object.fromEntries([...context.adapters.values()].map(({ id, mac }) => [id, mac])),
      ...record.formerMacs,
    },
  };
  return { ...(await receiveStream(socket, file, header, host.user, ready)), socket };
}

/**
 * Memory and device state into a file; the guest is stopped when it resolves (but `behind`), and the file lacks only its
 * name. The caller publishes it, and disposes of the receiver whatever comes.
 */
export async function migrateInto(
  context: MachineContext,
  receiver: StateReceiver,
  progress: (fraction: number) => void,
  signal: AbortSignal,
  { watch = null, ready = Promise.resolve(), behind = false }: Migration = {},
): Promise<void> {
  const { monitor } = context;
  let failed: unknown = null;
  receiver.received.catch((cause: unknown) => {
    const text = 'The saved state cannot be written. Check the free space of its file system.';
    failed ??= new DomainError('failed', text, { cause });
  });
  // Says by itself what was lacking.
  ready.catch((error: unknown) => (failed = error));
  // Sent together: QEMU does one after the other.
  await Promise.all([
    monitor.execute('migrate-set-capabilities', {
      capabilities: [
        { capability: 'events', state: true },
        // Said each time: who asked for it last may have died of it.
        { capability: 'background-snapshot', state: behind },
      ],
    }),
    monitor.execute('migrate', { uri: `unix:${receiver.socket}` }),
  ]);
  try {
    await untilCompleted(context, progress, signal, () => failed, watch);
    await receiver.received;
  } catch (error) {
    await cancelMigration(context);
    throw error;
  }
}

async function untilCompleted(
  context: MachineContext,
  progress: (fraction: number) => void,
  signal: AbortSignal,
  failure: () => unknown,
  watch: Watch | null,
): Promise<void> {
  let moved = { bytes: -1, at: performance.now() };
  for (let pause: number = POLL_MS.first; ; pause = Math.min(pause * 2, POLL_MS.most)) {
    // Before the question: a step that is taken after the answer is not missed.
    using step = nextStep(context);
    if (signal.aborted) throw new DomainError('failed', 'The saving of the machine was cancelled.');
    const failed = failure();
    if (failed !== null) throw failed;
    const { status, ram, 'error-desc': detail } = await context.monitor.execute('query-migrate', {});
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled') {
      throw (
        failure() ??
        new DomainError('failed', 'QEMU could not save the machine. The log of the service says why.', {
          cause: new Error(detail ?? status),
        })
      );
    }
    if (ram !== undefined) {
      // Not by the bytes that were sent: a page of zeros, which is most of an idle guest, takes nine.
      if (status === 'active' && ram.total > 0) progress(Math.max(0, 1 - ram.remaining / ram.total));
      await watch?.(ram);
      if (ram.transferred !== moved.bytes) moved = { bytes: ram.transferred, at: performance.now() };
    }
    if (performance.now() - moved.at > STALL_MS) {
      throw new DomainError(
        'timeout',
        'The saved state cannot be written: its file system does not take it. Check the disk below it.',
      );
    }
    const told = await Promise.race([step.told, sleep(pause, null)]);
    if (told === 'completed') return;
    if (told !== null) pause = POLL_MS.first;
  }
}

/** QEMU tells each step of a migration: a guest that stands still at its end is not made to wait for our next look. */
function nextStep({ monitor }: MachineContext): Disposable & { readonly told: Promise<string | null> } {
  const { found, stop } = monitor.waitFor((event) => (event.name === 'MIGRATION' ? event.data.status : null), STALL_MS);
  return { told: found.catch(() => null), [Symbol.dispose]: stop };
}

/** Until QEMU has come to rest, the guest cannot go on. */
export async function cancelMigration(context: MachineContext): Promise<void> {
  try {
    await context.monitor.execute('migrate_cancel', {});
    for (let tries = 0; tries < 200; tries++) {
      const { status } = await context.monitor.execute('query-migrate', {});
      if (status === undefined || ['none', 'completed', 'failed', 'cancelled'].includes(status)) return;
      await sleep(25);
    }
  } catch (error) {
    context.host.log.warn({ err: error, system: context.id }, 'a save could not be cancelled');
  }
}
