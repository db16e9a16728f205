import { DomainError } from '../../core/errors.ts';
import type { CheckpointRequest } from '../../core/ports.ts';
import { allOf } from '../../core/all-of.ts';
import { imageRequests } from '../attach.ts';
import { isCommandError } from '../../qmp/errors.ts';
import { blockNodes } from '../command-line/block-node.ts';
import { fileNode } from '../command-line/ids.ts';
import type { AccessRequest } from '../supervise/access-ledger.ts';
import { requireTop, topNodes } from './chain.ts';
import type { MachineContext } from './context.ts';
import { continueGuest } from './continue-guest.ts';
import type { GuestAgent } from './guest-agent.ts';
import { plugNatNetworks, pullNatNetworks } from './network.ts';
import { migrateInto, receiveState, type StateReceiver, undoSave } from './save.ts';

const PING_LIMIT_MS = 3_000;
const FREEZE_LIMIT_MS = 30_000;
const THAW_LIMIT_MS = 5_000;
const THAW_TRIES = 6;

/**
 * Live copying ends here, and the guest stands still for the rest: one that writes faster than the disk takes it would
 * never be done (K29; spec qemu §4: one of five took 48 s and 13 GiB).
 */
const LIVE_LIMIT_MS = 20_000;
const LIVE_PASSES = 2;

/**
 * Disks and memory of one moment (K29). Where the kernel lets QEMU watch the guest's writes, the guest stops for its device
 * state only and its memory follows behind its back. Elsewhere memory is copied while the guest runs, what is left then
 * follows with the guest stopped, and then all drives change to their overlays in one transaction (spec qemu §4). Until the
 * overlays are ready, only as much is taken of the memory as lies in the socket, so that a guest does not stand still for
 * them. The memory file is synced afterwards, so that the guest waits for no disk.
 */
export async function takeCheckpoint(
  context: MachineContext,
  agent: GuestAgent,
  request: CheckpointRequest,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const begun = beginSaving(context, request.memory !== null);
  const ready = getReady(context, request, begun);
  const receiving = request.memory === null ? null : receiveState(context, request.memory, ready);
  // Awaited below; a failure in between is kept.
  ready.catch(() => undefined);
  receiving?.catch(() => undefined);
  try {
    await takeWhenReady(context, agent, request, await begun, { ready, receiving }, progress, signal);
  } catch (error) {
    // Where it did not come to be used. Whatever else is waited for, no file and no socket of it stay open.
    await receiving?.then(
      (receiver) => receiver[Symbol.asyncDispose](),
      () => undefined,
    );
    await ready.catch(() => undefined);
    await closeUnused(context, request);
    throw error;
  }
}

async function takeWhenReady(
  context: MachineContext,
  agent: GuestAgent,
  request: CheckpointRequest,
  { ran, watched }: Begun,
  { ready, receiving }: UnderWay,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (receiving === null) await disksOnly(context, agent, request, await ready, ran);
    else if (ran && watched) await withMemoryBehind(context, receiving, request, ready, progress, signal);
    else await withMemory(context, receiving, request, ready, ran, progress, signal);
  } catch (error) {
    await undoSave(context, ran).catch((cause: unknown) =>
      context.host.log.error(
        { err: cause, system: context.id },
        'a guest does not go on after a checkpoint that failed',
      ),
    );
    throw error;
  }
}

/** What is got ready beside the beginning. */
interface UnderWay {
  /** What the drives use. */
  readonly ready: Promise<Tops>;
  /** Of the memory; null: disks only. */
  readonly receiving: Promise<StateReceiver> | null;
}

interface Begun {
  /** Did the guest run? */
  readonly ran: boolean;
  /** May QEMU watch the guest's writes? Asked for where memory is to be kept. */
  readonly watched: boolean;
}

/** What there is to begin with; the record tells whoever takes over. */
async function beginSaving(context: MachineContext, memory: boolean): Promise<Begun> {
  const { id, monitor, host } = context;
  const [{ running: ran }, watched] = await allOf([
    monitor.execute('query-status', {}),
    memory ? watchesWrites(context) : Promise.resolve(false),
  ]);
  await host.records.change(id, { phase: 'saving', ranBeforeSave: ran });
  return { ran, watched };
}

/** What must be done before the moment, side by side: the guest runs. Answers what its drives use. */
async function getReady(context: MachineContext, request: CheckpointRequest, begun: Promise<unknown>): Promise<Tops> {
  const [tops] = await allOf([
    topNodes(
      context,
      request.overlays.map(({ disk }) => disk),
    ),
    openOverlays(context, request, begun),
    request.recorded ?? Promise.resolve(),
  ]);
  return tops;
}

async function withMemory(
  context: MachineContext,
  receiving: Promise<StateReceiver>,
  request: CheckpointRequest,
  ready: Promise<Tops>,
  ran: boolean,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  await using receiver = await receiving;
  await pullNatNetworks(context);
  const watch = ran ? stopLate(context) : null;
  await migrateInto(context, receiver, progress, signal, { watch, ready });
  await atMoment(context, request, await ready, {
    // The guest waits for no disk: what QEMU had to write for the moment is there, and now it only reads what is on its disks.
    changed: () => publish(context, receiver),
    sent: async () => {
      await continueGuest(context, !ran);
      await runsAgain(context);
    },
  });
}

/** Asks for `background-snapshot`, which whoever saves says again (save.ts); false: the kernel does not let QEMU's user. */
async function watchesWrites({ monitor }: MachineContext): Promise<boolean> {
  try {
    await monitor.execute('migrate-set-capabilities', {
      capabilities: [{ capability: 'background-snapshot', state: true }],
    });
    return true;
  } catch (error) {
    if (isCommandError(error)) return false;
    throw error;
  }
}

/** Drives first, at the moment; QEMU lets the guest go on by itself when it has its device state. */
async function withMemoryBehind(
  context: MachineContext,
  receiving: Promise<StateReceiver>,
  request: CheckpointRequest,
  ready: Promise<Tops>,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { monitor, host } = context;
  await using receiver = await receiving;
  const tops = await ready;
  await pullNatNetworks(context);
  await monitor.execute('stop', {});
  await atMoment(context, request, tops);
  let plugged = false;
  const watch = async (): Promise<void> => {
    if (plugged || !(await monitor.execute('query-status', {})).running) return;
    plugged = true;
    await plugNatNetworks(context);
  };
  await migrateInto(context, receiver, progress, signal, { watch, behind: true });
  await plugNatNetworks(context);
  await host.records.change(context.id, { phase: 'running' });
  await publish(context, receiver);
}

/** The stream is whole; only the disk below may still refuse it. */
async function publish(context: MachineContext, receiver: StateReceiver): Promise<void> {
  try {
    await receiver.publish();
  } catch (cause) {
    context.host.log.error({ err: cause, system: context.id }, 'the memory of a checkpoint is not on the disk');
    throw new DomainError(
      'failed',
      'The memory of the checkpoint cannot be written. Check the free space of its file system.',
      { cause },
    );
  }
}

/** Stops the guest when it writes faster than its memory can be copied. */
function stopLate(context: MachineContext): (ram: { transferred: number; total: number }) => Promise<void> {
  const end = performance.now() + LIVE_LIMIT_MS;
  let stopped = false;
  return async ({ transferred, total }) => {
    if (stopped || (performance.now() < end && transferred < total * LIVE_PASSES)) return;
    stopped = true;
    await context.monitor.execute('stop', {});
  };
}

async function runsAgain(context: MachineContext): Promise<void> {
  await plugNatNetworks(context);
  await context.host.records.change(context.id, { phase: 'running' });
}

async function disksOnly(
  context: MachineContext,
  agent: GuestAgent,
  request: CheckpointRequest,
  tops: Tops,
  ran: boolean,
): Promise<void> {
  const { monitor, host } = context;
  if (request.freeze) {
    await host.records.change(context.id, { frozen: true });
    await freeze(agent).catch(async (error: unknown) => {
      await host.records.change(context.id, { frozen: false });
      throw error;
    });
  }
  try {
    if (ran) await monitor.execute('stop', {});
    await atMoment(context, request, tops);
  } finally {
    if (ran) await monitor.execute('cont', {});
    if (request.freeze) await thaw(context, agent);
  }
  await host.records.change(context.id, { phase: 'running' });
}

async function freeze(agent: GuestAgent): Promise<void> {
  const refused = (cause: unknown): DomainError =>
    new DomainError(
      'failed',
      'The guest agent did not bring the file systems to rest. Check that it runs in the guest, or use standard checkpoints.',
      { cause },
    );
  await agent.ping(PING_LIMIT_MS).catch((cause: unknown) => {
    throw refused(cause);
  });
  try {
    await agent.freeze(FREEZE_LIMIT_MS);
  } catch (cause) {
    // It may have heard us, and only its answer was late.
    await agent.thaw(THAW_LIMIT_MS).catch(() => undefined);
    throw refused(cause);
  }
}

/** A guest that stays frozen is a guest that hangs. */
export async function thaw(context: MachineContext, agent: GuestAgent): Promise<void> {
  for (let left = THAW_TRIES; ; left--) {
    try {
      await agent.thaw(THAW_LIMIT_MS);
      await context.host.records.change(context.id, { frozen: false });
      return;
    } catch (error) {
      if (left > 1) continue;
      context.host.log.error({ err: error, system: context.id }, 'the file systems of a guest may still be at rest');
      return;
    }
  }
}

/** Block node on top of each drive. */
type Tops = ReadonlyMap<string, string>;

/** The overlays as nodes with nothing below them yet; no drive uses them before changeOver. */
async function openOverlays(
  { id, host, monitor }: MachineContext,
  request: CheckpointRequest,
  begun: Promise<unknown>,
): Promise<void> {
  const asked = request.overlays.map(({ disk, image }) => {
    // What lies below is in its hands already.
    const { backing: _, ...overlay } = image;
    return { disk, file: image.file, access: imageRequests(disk, overlay) };
  });
  // Not before what the beginning writes down, which everything waits for.
  const noted = begun.then(() =>
    host.access.note(
      id,
      asked.flatMap(({ access }) => access),
    ),
  );
  const open = async (): Promise<void> => {
    await request.made;
    // Sent together: QEMU does one after the other, and a machine may have many disks.
    await allOf(asked.map(({ disk, file, access }) => openOverlay({ id, host, monitor }, disk, file, access)));
  };
  await allOf([noted, open()]);
}

/** QEMU is asked first: an overlay may have come with access for its user, and a process that gives it takes milliseconds. */
async function openOverlay(
  { id, host, monitor }: Pick<MachineContext, 'id' | 'host' | 'monitor'>,
  disk: string,
  file: string,
  access: readonly AccessRequest[],
): Promise<void> {
  const add = async (): Promise<void> => {
    const nodes = blockNodes(disk, { kind: 'file', driver: 'qcow2', file, readOnly: false, size: null });
    for (const node of nodes) await monitor.execute('blockdev-add', node);
  };
  await add().catch(async (error: unknown) => {
    if (!isCommandError(error)) throw error;
    await host.access.give(id, access);
    await add();
  });
}

/** What follows the moment. */
interface AfterMoment {
  /** Begun when the drives have changed over. */
  readonly changed: () => Promise<void>;
  /** Sent to QEMU when all that belongs to the moment is copied, behind the change of the drives, whether or not it succeeds. */
  readonly sent: () => Promise<void>;
}

const NOTHING: AfterMoment = { changed: () => Promise.resolve(), sent: () => Promise.resolve() };

/** Side by side, for the guest stands still: the drives change over, and what else belongs to the moment is copied. */
async function atMoment(
  context: MachineContext,
  request: CheckpointRequest,
  tops: Tops,
  { changed, sent }: AfterMoment = NOTHING,
): Promise<void> {
  const copy = async (): Promise<void> => {
    try {
      await request.atMoment();
    } finally {
      await sent();
    }
  };
  await allOf([changeOver(context, request, tops).then(changed), copy()]);
}

/** All drives or none. */
async function changeOver(context: MachineContext, { overlays }: CheckpointRequest, tops: Tops): Promise<void> {
  if (overlays.length === 0) return;
  await context.monitor.execute('transaction', {
    actions: overlays.map(({ disk, image }) => ({
      type: 'blockdev-snapshot' as const,
      data: { node: requireTop(tops, disk), overlay: fileNode(disk, image.file) },
    })),
  });
  for (const { disk, image } of overlays) {
    const spec = context.disks.get(disk);
    if (spec !== undefined) context.disks.set(disk, { ...spec, image });
  }
}

/** Overlays that no drive came to use; those in use refuse to be closed. */
async function closeUnused(context: MachineContext, { overlays }: CheckpointRequest): Promise<void> {
  for (const { disk, image } of overlays)
    await context.monitor.execute('blockdev-del', { 'node-name': fileNode(disk, image.file) }).catch(() => undefined);
}
