import { chown, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../core/paths/sync.ts';
import type { MachineSpec } from '../core/machine-spec.ts';
import type { HostServices } from './host-services.ts';
import { asDomainError } from './machine/qemu-error.ts';
import { migrateInto, receiveState } from './machine/save.ts';
import { savedPlacement } from './placement.ts';
import { prepareLayout, prepareRecord } from './prepare.ts';
import { releaseMachine } from './release.ts';
import { encodeSharedTrailer } from './saved-state/format.ts';
import { launch, leaveMemoryOut, openSavedState, restore } from './start.ts';
import { machineDirectories } from './supervise/socket-directory.ts';

export interface ShareOptions {
  readonly savedState: string;
  readonly target: string;
  readonly progress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

const MIB = 1024 * 1024;

/**
 * The shared form of a saved state (saved-state/format.ts). A QEMU whose memory is the file takes the state in, and writes
 * down what is not memory; its guest never runs. Leaves the whole target or nothing. Rejects with DomainError.
 */
export async function shareState(host: HostServices, spec: MachineSpec, options: ShareOptions): Promise<void> {
  const { target, progress, signal } = options;
  await using saved = await openSavedState(options.savedState);
  if (saved.state.memoryBytes !== null) return linkAnew(options.savedState, target);
  const placement = savedPlacement(spec, saved.state.header);
  const directories = machineDirectories(spec.runDirectory, host.runDirectory);
  const unfinished = `${target}.partial`;
  const devices = `${target}.devices`;
  await releaseMachine(host, spec.id);
  await prepareRecord(host, spec, placement, directories);
  try {
    await makeMemoryFile(host, unfinished, placement.memoryMb * MIB);
    const memoryFile = { file: unfinished, shared: true };
    const layout = await prepareLayout(host, spec, placement, directories, { state: true, memoryFile });
    signal.throwIfAborted();
    const context = await launch(host, layout, directories, signal);
    try {
      await restore(context, saved, signal);
      await leaveMemoryOut(context.monitor, true);
      await using receiver = await receiveState(context, devices);
      await migrateInto(context, receiver, progress, signal);
      await receiver.publish();
    } finally {
      context.monitor.detach();
    }
    await releaseMachine(host, spec.id);
    await append(unfinished, devices, placement.memoryMb * MIB);
    // Nobody but the service opens it from now on (supervise/shared-memory.ts).
    if (host.user !== null) await chown(unfinished, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    await rename(unfinished, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await releaseMachine(host, spec.id);
    await rm(unfinished, { force: true });
    throw asDomainError(error, 'be brought into the form that forks share');
  } finally {
    await rm(devices, { force: true });
  }
}

async function linkAnew(file: string, target: string): Promise<void> {
  await rm(target, { force: true });
  await link(file, target);
  await syncFolder(dirname(target));
}

/** Pages of zeros take no room in it. */
async function makeMemoryFile(host: HostServices, file: string, bytes: number): Promise<void> {
  await rm(file, { force: true });
  await using handle = await open(file, 'wx', 0o600);
  await handle.truncate(bytes);
  if (host.user !== null) await chown(file, host.user.uid, host.user.gid);
}

/** Device state is small: its memory is not in it. */
async function append(memory: string, devices: string, memoryBytes: number): Promise<void> {
  await using source = await open(devices, 'r');
  await using target = await open(memory, 'r+');
  await target.write(
    Buffer.concat([await source.readFile(), encodeSharedTrailer(memoryBytes)]),
    0,
    undefined,
    memoryBytes,
  );
  await target.sync();
}
