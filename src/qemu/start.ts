import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../core/errors.ts';
import type { MachineSpec } from '../core/machine-spec.ts';
import { commandLine } from './command-line/command-line.ts';
import { BALLOON_PATH } from './command-line/ids.ts';
import type { MachineLayout } from './command-line/layout.ts';
import type { HostServices } from './host-services.ts';
import type { MachineContext } from './machine/context.ts';
import { tellDiskReturn } from './machine/disk-return.ts';
import { diskOfNode, throttle } from './machine/drives.ts';
import { Edges } from './machine/edges.ts';
import { LeftBehind } from './machine/left-behind.ts';
import { setLink } from './machine/network.ts';
import { QemuMachine } from './machine/qemu-machine.ts';
import { formerAddresses, settleAdapters } from './machine/renew-adapters.ts';
import { ResetReader } from './machine/reset-reader.ts';
import { asDomainError } from './machine/qemu-error.ts';
import { freshPlacement, savedPlacement } from './placement.ts';
import { prepareLayout, prepareRecord } from './prepare.ts';
import { releaseMachine } from './release.ts';
import { damaged, missing, readSavedState, type SavedState } from './saved-state/format.ts';
import { sendStream } from './saved-state/send-stream.ts';
import { startFailure } from './start-failure.ts';
import { Monitor } from './supervise/monitor.ts';
import { killProcess } from './supervise/process-identity.ts';
import { machineDirectories, type MachineDirectories } from './supervise/socket-directory.ts';
import { placeSocketLink } from './supervise/socket-link.ts';
import type { MemoryPlace } from './supervise/shared-memory.ts';
import { spawnDetached } from './supervise/spawn-detached.ts';

/** Until QEMU answers: it may have to wait for memory on a crowded host. */
const READY_LIMIT_MS = 60_000;
const BALLOON_STATS_SECONDS = 2;
/** From the last byte of a saved state to the machine it makes. */
const LOADED_LIMIT_MS = 60_000;

export interface StartOptions {
  readonly savedState: string | null;
  readonly signal: AbortSignal;
  readonly paused?: boolean;
}

/** Starts a machine, or leaves nothing behind. Rejects with DomainError. */
export async function startMachine(
  host: HostServices,
  spec: MachineSpec,
  options: StartOptions,
  onGone: (machine: QemuMachine) => void,
): Promise<QemuMachine> {
  await using saved = options.savedState === null ? null : await openSavedState(options.savedState);
  const placement = saved === null ? freshPlacement(spec) : savedPlacement(spec, saved.state.header);
  const directories = machineDirectories(spec.runDirectory, host.runDirectory);
  // A former service may have started it and died before it could tell anybody: that one is ended (image locks would
  // refuse the new one anyway).
  await releaseMachine(host, spec.id);
  await prepareRecord(host, spec, placement, directories);
  let machine: QemuMachine | null = null;
  try {
    await using memory = await sharedMemory(host, options.savedState, saved);
    const memoryFile = memory === null ? null : { file: memory.path, shared: false };
    const layout = await prepareLayout(host, spec, placement, directories, { state: saved !== null, memoryFile });
    options.signal.throwIfAborted();
    const context = await launch(host, layout, directories, options.signal);
    const formerMacs = saved === null ? {} : formerAddresses(spec, saved.state.header);
    machine = new QemuMachine(context, layout.sockets);
    machine.follow(onGone);
    tellDiskReturn(context, false);
    await context.edges.silence(['STOP', 'RESUME', 'RESET'], async () => {
      if (saved !== null) await restore(context, saved, options.signal);
      for (const adapter of Object.keys(formerMacs)) await setLink(context, adapter, false);
      if (options.paused !== true) await context.monitor.execute('cont', {});
    });
    options.signal.throwIfAborted();
    await host.records.change(spec.id, { phase: 'running', formerMacs });
    if (saved !== null) settleAdapters(context);
    return machine;
  } catch (error) {
    machine?.detach();
    await releaseMachine(host, spec.id);
    if (options.signal.aborted)
      throw new DomainError('failed', 'The start of the machine was cancelled.', { cause: error });
    throw asDomainError(error, 'be started');
  }
}

/** A saved state in its shared form is mapped where it lies. */
const sharedMemory = async (
  host: HostServices,
  file: string | null,
  saved: OpenSavedState | null,
): Promise<MemoryPlace | null> =>
  file === null || saved === null || saved.state.memoryBytes === null ? null : host.sharedMemory.open(file);

export async function launch(
  host: HostServices,
  layout: MachineLayout,
  directories: MachineDirectories,
  signal: AbortSignal,
): Promise<MachineContext> {
  const { spec } = layout;
  const logFile = join(directories.logs, 'qemu.log');
  const { process } = await spawnDetached(host.programs.qemu, commandLine(layout), {
    user: host.user,
    directory: directories.sockets,
    logFile,
  });
  // While QEMU comes up.
  const recorded = host.records.change(spec.id, { process });
  recorded.catch(() => {});
  const monitor = await Monitor.connect(process, layout.sockets.monitors[0], {
    limitMs: READY_LIMIT_MS,
    log: host.log,
    signal,
  }).catch(async (error: unknown) => {
    await killProcess(process);
    throw await startFailure(logFile, error, spec);
  });
  await recorded;
  const resets = new ResetReader(spec.firmware.kind === 'bios');
  const context: MachineContext = {
    id: spec.id,
    spec,
    host,
    monitor,
    directories,
    edges: new Edges((node) => diskOfNode(context.disks.keys(), node), resets),
    resets,
    disks: new Map(spec.disks.map((disk) => [disk.id, disk])),
    adapters: new Map(spec.adapters.map((adapter) => [adapter.id, adapter])),
    leftBehind: new LeftBehind({ id: spec.id, monitor }, host),
  };
  await configure(context, layout);
  const { records } = host;
  for (const { promised, socket } of records.get(spec.id)?.links ?? []) await placeSocketLink(promised, socket);
  return context;
}

/** What the command line cannot say, before the guest runs. */
async function configure(context: MachineContext, layout: MachineLayout): Promise<void> {
  const { monitor, spec, host } = context;
  // Sent together: each answer waited for alone would cost the start a round trip.
  const [machineType] = await Promise.all([
    layout.machineType ?? machineTypeOf(monitor),
    // A stream into a file is held up by nothing but the file; 7.2 would stop at 128 MiB/s.
    monitor.execute('migrate-set-parameters', { 'max-bandwidth': 2 ** 40 }),
    monitor.execute('qom-set', {
      path: BALLOON_PATH,
      property: 'guest-stats-polling-interval',
      value: BALLOON_STATS_SECONDS,
    }),
  ]);
  // A saved state names it, and so does the record.
  if (layout.machineType === null) await host.records.change(spec.id, { machineType });
  if (layout.memoryMb > spec.memory.mb && !layout.incoming) {
    await monitor.execute('balloon', { value: spec.memory.mb * 1024 * 1024 });
  }
  for (const { id, iopsLimit } of spec.disks) if (iopsLimit !== null) await throttle(context.monitor, id, iopsLimit);
  for (const { id, network } of spec.adapters) if (network.kind === 'none') await setLink(context, id, false);
}

/** `pc` and `q35` are names of the newest type; a saved state needs the one it was made with. */
async function machineTypeOf(monitor: Monitor): Promise<string> {
  const type = await monitor.execute('qom-get', { path: '/machine', property: 'type' });
  if (typeof type !== 'string' || !/^[a-z0-9.-]{1,60}-machine$/.test(type))
    throw new DomainError('failed', 'QEMU names no machine type.');
  return type.replace(/-machine$/, '');
}

export interface OpenSavedState extends AsyncDisposable {
  readonly state: SavedState;
  readonly handle: FileHandle;
}

export async function openSavedState(file: string): Promise<OpenSavedState> {
  const handle = await open(file, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? missing(file, cause) : damaged(cause);
  });
  try {
    return { state: await readSavedState(handle), handle, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Memory in a file that is mapped is no part of the stream. */
export const leaveMemoryOut = (monitor: Monitor, state: boolean): Promise<void> =>
  monitor.execute('migrate-set-capabilities', { capabilities: [{ capability: 'x-ignore-shared', state }] });

/** Spec qemu §4: QEMU waits (`-incoming defer`), listens, and is sent the stream. */
export async function restore(context: MachineContext, saved: OpenSavedState, signal: AbortSignal): Promise<void> {
  const { monitor, directories } = context;
  const socket = join(directories.sockets, 'restore.sock');
  const shared = saved.state.memoryBytes !== null;
  try {
    if (shared) await leaveMemoryOut(monitor, true);
    await monitor.execute('migrate-incoming', { uri: `unix:${socket}` });
    await sendStream(saved.handle, saved.state, socket, signal);
    const end = performance.now() + LOADED_LIMIT_MS;
    for (;;) {
      const { status } = await monitor.execute('query-status', {});
      if (status !== 'inmigrate') break;
      if (performance.now() > end) throw new Error('QEMU has the whole stream and waits for more');
      await sleep(3, undefined, { signal });
    }
    // From here on it is saved as any other.
    if (shared) await leaveMemoryOut(monitor, false);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const failure = await startFailure(join(directories.logs, 'qemu.log'), error, context.spec);
    throw new DomainError(
      'failed',
      'The saved state does not fit the machine or this version of QEMU. Discard it and start the machine afresh.',
      {
        cause: failure,
      },
    );
  }
}
