import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceValue } from '../devices/effective.ts';
import { ADAPTER_KINDS } from '../devices/wiring.ts';
import { requireSpace } from '../disks/free-space.ts';
import type { StepContext } from '../jobs/definition.ts';
import type { MachineSpec } from '../machine-spec.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import { syncFolder } from '../paths/sync.ts';
import type { SystemsContext } from '../systems/context.ts';
import { buildMachineSpec, memoryMbOf } from '../systems/machine/machine-spec.ts';
import { isThere, linkMemory, MEMORY_FILE, SHARED_MEMORY_FILE } from '../systems/files/state-files.ts';
import { snapshotDirectory } from '../systems/files/system-paths.ts';
import type { ForkParams } from './fork-params.ts';

const DEVICE_BYTES = 32 * 1024 * 1024;
const MIB = 1024 * 1024;
/** Of the progress of the step that makes the files of forks; the rest is the memory's. */
export const OVERLAYS_SHARE = 0.2;
/** Where the shared form of the memory grows; what a crash leaves in it goes with it. */
const UNFINISHED = 'sharing';

export const removeUnfinished = (
  { paths }: SystemsContext,
  { system, snapshot }: Pick<ForkParams, 'system' | 'snapshot'>,
): Promise<void> => rm(join(snapshotDirectory(paths, system, snapshot), UNFINISHED), { recursive: true, force: true });

/** One file under a name for each of them; the checkpoint keeps it for the forks that follow. */
export const giveMemory = async (context: SystemsContext, step: StepContext, params: ForkParams): Promise<void> => {
  const { paths } = context;
  const [first] = params.forks;
  if (first === undefined || first.savedState === null) return;
  const directory = snapshotDirectory(paths, params.system, params.snapshot);
  const shared = join(directory, SHARED_MEMORY_FILE);
  if (!(await isThere(shared))) await shareMemory(context, step, params, first, directory);
  for (const { id, savedState } of params.forks)
    if (savedState !== null) await linkMemory(shared, join(paths.stateDirectory(id), savedState));
};

const shareMemory = async (
  context: SystemsContext,
  step: StepContext,
  { snapshot }: ForkParams,
  first: VirtualSystem,
  directory: string,
): Promise<void> => {
  await requireSpace(directory, memoryMbOf(first.active) * MIB + DEVICE_BYTES, 'the memory that the forks share');
  const unfinished = join(directory, UNFINISHED);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const target = join(unfinished, SHARED_MEMORY_FILE);
  await context.hypervisor.shareState(await frozenSpec(context, first, snapshot), {
    savedState: join(directory, MEMORY_FILE),
    target,
    progress: (fraction) => step.progress(OVERLAYS_SHARE + (1 - OVERLAYS_SHARE) * fraction),
    signal: step.signal,
  });
  await rename(target, join(directory, SHARED_MEMORY_FILE));
  await syncFolder(directory);
  await rm(unfinished, { recursive: true, force: true });
};

/** The first fork as a machine that nobody reaches, with the network addresses that the checkpoint's guest knows. */
const frozenSpec = async (context: SystemsContext, fork: VirtualSystem, snapshot: Guid): Promise<MachineSpec> => {
  const frozen = context.graph.configuration(snapshot)?.configuration;
  const macs = new Map(
    frozen?.devices
      .filter(({ kind }) => ADAPTER_KINDS.has(kind))
      .map((device) => [device.part, String(deviceValue(device, 'Address'))]),
  );
  const spec = await buildMachineSpec(context, fork);
  return {
    ...spec,
    adapters: spec.adapters.map((adapter) => ({
      ...adapter,
      mac: macs.get(adapter.id) ?? adapter.mac,
      network: { kind: 'none' },
    })),
    serialPorts: spec.serialPorts.map((port) => ({ ...port, socket: null })),
  };
};
