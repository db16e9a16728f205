import { DomainError } from '../core/errors.ts';
import type { MachineProcess } from '../core/model.ts';
import type { MachineSpec } from '../core/machine-spec.ts';
import type { RunState } from '../qmp/commands.ts';
import type { HostServices } from './host-services.ts';
import type { MachineContext } from './machine/context.ts';
import { diskOfNode } from './machine/drives.ts';
import { Edges } from './machine/edges.ts';
import { tellDiskReturn } from './machine/disk-return.ts';
import { LeftBehind } from './machine/left-behind.ts';
import { endLeftOvers } from './machine/merge.ts';
import { cancelMigration, undoSave } from './machine/save.ts';
import { QemuMachine } from './machine/qemu-machine.ts';
import { ResetReader } from './machine/reset-reader.ts';
import { machineSockets } from './placement.ts';
import { releaseMachine } from './release.ts';
import type { MachineRecord } from './supervise/machine-record.ts';
import { Monitor } from './supervise/monitor.ts';
import { isAlive } from './supervise/process-identity.ts';

/** Later answers are not lost: whoever asks does so again. */
const ANSWER_LIMIT_MS = 3_000;

/**
 * Run states in which a guest is there to be adopted. `prelaunch`: started paused, or reset while it was paused; a save
 * that was under way leaves `postmigrate` and the like.
 */
const PAUSED: ReadonlySet<RunState> = new Set([
  'paused',
  'prelaunch',
  'io-error',
  'guest-panicked',
  'suspended',
  'watchdog',
  'postmigrate',
  'finish-migrate',
  'save-vm',
]);

export interface Adopted {
  readonly machine: QemuMachine;
  readonly state: 'running' | 'paused';
  readonly resume?: true;
}

/**
 * Takes over a machine that a former service started. Identity is pid, start time and UUID (spec qemu §7). Null: it is
 * gone, and what is left of it is cleared away; or it is another one, or never came so far that anybody was told of it, and
 * nothing is done to it.
 * Rejects with DomainError when it is there and does not answer.
 */
export async function adoptMachine(
  host: HostServices,
  spec: MachineSpec,
  process: MachineProcess,
): Promise<Adopted | null> {
  const record = host.records.get(spec.id);
  if (record === null) return null;
  // Another one than was asked for: whoever asks knows it wrongly, and endUnknown() has the last word on it.
  if (record.phase === 'starting' || !sameProcess(record, process)) return null;
  if (!(await isAlive(process))) {
    await releaseMachine(host, spec.id);
    return null;
  }
  // First: when this rejects nothing is held yet, and the next attempt finds all as this one did.
  await host.chains.adopt(record);
  await host.daemons.adopt(record);
  const sockets = machineSockets(spec, record.directories.sockets);
  const monitor = await connect(host, process, sockets.monitors[0]);
  if (monitor === null) {
    await releaseMachine(host, spec.id);
    return null;
  }
  const resets = new ResetReader(spec.firmware.kind === 'bios', record.resetting);
  const context: MachineContext = {
    id: spec.id,
    spec,
    host,
    monitor,
    directories: record.directories,
    edges: new Edges((node) => diskOfNode(context.disks.keys(), node), resets),
    resets,
    disks: new Map(spec.disks.map((disk) => [disk.id, disk])),
    adapters: new Map(spec.adapters.map((adapter) => [adapter.id, adapter])),
    leftBehind: new LeftBehind({ id: spec.id, monitor }, host),
  };
  const state = await stateOf(context, record).catch(async (cause: unknown) => {
    monitor.detach();
    if (await isAlive(process)) throw noAnswer(cause);
    return null;
  });
  if (state === null) {
    monitor.detach();
    await releaseMachine(host, spec.id);
    return null;
  }
  const machine = new QemuMachine(context, sockets);
  tellDiskReturn(context, true);
  if (record.frozen === true) machine.wakeFileSystems();
  if (record.phase !== 'merging') return { machine, state };
  // Until it goes on: a service that dies before that leaves it to the next one.
  if (record.ranBeforeSave && state === 'paused') return { machine, state: 'running', resume: true };
  await host.records.change(spec.id, { phase: 'running' });
  return { machine, state };
}

async function connect(host: HostServices, process: MachineProcess, path: string): Promise<Monitor | null> {
  try {
    return await Monitor.connect(process, path, { limitMs: ANSWER_LIMIT_MS, log: host.log });
  } catch (cause) {
    if (!(await isAlive(process))) return null;
    throw noAnswer(cause);
  }
}

const noAnswer = (cause: unknown): DomainError =>
  new DomainError(
    'timeout',
    'The machine runs but does not answer. Turn it off, or continue its process if you stopped it.',
    { cause },
  );

async function stateOf(context: MachineContext, record: MachineRecord): Promise<'running' | 'paused' | null> {
  const { monitor, edges } = context;
  const { UUID } = await monitor.execute('query-uuid', {});
  // The UUID of the SMBIOS type 1 table takes the place of `-uuid` in QEMU: a machine has that of its BIOSGUID.
  const { id, smbios } = context.spec;
  if (![id, smbios.uuid].some((known) => known.toLowerCase() === UUID.toLowerCase())) return null;
  let { status, running } = await monitor.execute('query-status', {});
  if (record.phase === 'saving') {
    // K18: the save that the former service was about is undone.
    await cancelMigration(context);
    await undoSave(context, record.ranBeforeSave && !running);
    ({ status, running } = await monitor.execute('query-status', {}));
  }
  // K18: merges are begun anew by whoever wants them.
  await endLeftOvers(monitor);
  if (running) return 'running';
  if (!PAUSED.has(status)) return null;
  if (status === 'io-error' || record.lostDrives === true)
    edges.push({ kind: 'ioError', disk: null, noSpace: false, reason: 'stopped by a disk' });
  if (status === 'guest-panicked') edges.push({ kind: 'guestPanicked' });
  return 'paused';
}

function sameProcess(record: MachineRecord, process: MachineProcess): boolean {
  return (
    record.process !== null && record.process.pid === process.pid && record.process.startTicks === process.startTicks
  );
}
