import { linksOf } from '../core/disks/chain-files.ts';
import { canGrow, type ImageTool } from '../core/disks/image-tool.ts';
import { DomainError } from '../core/errors.ts';
import type { CheckpointRequest, Clock, MergeRequest, StreamRequest } from '../core/ports.ts';
import type { BackingImage, DiskImage, MachineSpec } from '../core/machine-spec.ts';
import type { MachineDevices } from './devices.ts';
import type { GuestState } from './guest.ts';
import { savedStateOf, writeSavedState } from './saved-state.ts';

/** A running machine as checkpoints and merges see it. */
export interface CheckpointedMachine {
  readonly spec: MachineSpec;
  readonly devices: MachineDevices;
  readonly clock: Clock;
  readonly images: ImageTool | null;
  readonly saveMs: number;
  agentAnswers(): boolean;
  /** Throws when it was told to. */
  fault(point: 'checkpoint' | 'merge'): void;
  /** The guest stands still while `work` runs. */
  still<T>(work: (guest: GuestState) => Promise<T>): Promise<T>;
}

/** As a real one: memory is copied while the guest runs, then it stands still for the rest, then it goes on. */
export const takeCheckpoint = async (
  machine: CheckpointedMachine,
  request: CheckpointRequest,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { clock, devices, saveMs } = machine;
  if (request.freeze && !machine.agentAnswers())
    throw new DomainError('failed', 'The guest agent does not answer, so the file systems cannot be brought to rest.');
  if (request.memory !== null) await clock.sleep(saveMs, signal);
  await Promise.all([request.made, request.recorded]);
  progress(0.5);
  await machine.still(async (guest) => {
    if (request.memory !== null)
      await writeSavedState(
        request.memory,
        savedStateOf(machine.spec, devices.adapters, guest),
        clock,
        0,
        () => undefined,
        signal,
      );
    // The hardest moment to fail: some drives write to their overlays already.
    for (const [index, { disk, image }] of request.overlays.entries()) {
      await devices.setImage(disk, image);
      if (index === 0) machine.fault('checkpoint');
    }
    if (request.overlays.length === 0) machine.fault('checkpoint');
    await request.atMoment();
  });
  progress(1);
};

export const mergeImages = async (
  machine: CheckpointedMachine,
  { disk, top, base, begun, switchOver }: MergeRequest,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { images, devices } = machine;
  if (images === null) throw new DomainError('notSupported', 'This simulated hypervisor merges no disks.');
  const chain = chainOf(devices.imageOf(disk));
  const index = chain.findIndex(({ file }) => file === top);
  if (index < 0) return;
  if (chain[index + 1]?.file !== base.file)
    throw new DomainError('failed', 'The file to merge into does not lie below the one to merge.');
  await begun();
  await images.commit(imageOf(chain.slice(index)), progress, signal);
  const image = imageOf(chain.filter(({ file }) => file !== top));
  if (index === 0) {
    await machine.still(() => switchOver(() => devices.setImage(disk, image)));
    return;
  }
  await images.rebase(chain[index - 1]?.file ?? '', base);
  await devices.setImage(disk, image);
};

/** As a merge in the other direction: the file takes in what lies below it. */
export const streamBelow = async (
  { images, devices }: CheckpointedMachine,
  { disk, file }: StreamRequest,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  if (images === null) throw new DomainError('notSupported', 'This simulated hypervisor copies no disks.');
  const chain = chainOf(devices.imageOf(disk));
  const index = chain.findIndex((link) => link.file === file);
  if (index < 0) throw new DomainError('invalidParameter', 'The drive has no such file in its chain.');
  await images.stream(imageOf(chain.slice(index)), progress, signal);
  await devices.setImage(disk, imageOf(chain.slice(0, index + 1)));
};

/** The file is real (K26), and no process of the machine has it open. */
export const growImage = async (
  { images, devices }: CheckpointedMachine,
  disk: string,
  bytes: number,
): Promise<void> => {
  if (images === null) throw new DomainError('notSupported', 'This simulated hypervisor makes no disk larger.');
  const image = devices.imageOf(disk);
  if (image === null) throw new DomainError('invalidParameter', `The drive '${disk}' is empty.`);
  if (!canGrow(image.format) || image.readOnly || image.parents !== undefined)
    throw new DomainError(
      'notSupported',
      'A disk of this kind does not grow while its machine runs. Turn it off first.',
    );
  await images.grow(image.file, image.format, bytes);
};

const chainOf = (image: DiskImage | null): readonly BackingImage[] => (image === null ? [] : linksOf(image));

const imageOf = ([top, ...below]: readonly BackingImage[]): DiskImage => {
  if (top === undefined) throw new Error('a chain without a file');
  return { ...top, readOnly: false, ...(below.length === 0 ? {} : { backing: below }) };
};
