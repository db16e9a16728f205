import { stat } from 'node:fs/promises';
import { chainFiles } from '../disks/chain-files.ts';
import { requireSpace } from '../disks/free-space.ts';
import type { DifferencingDisk, VirtualSystem } from '../model.ts';
import type { DiskImage } from '../machine-spec.ts';
import type { SystemsContext } from '../systems/context.ts';
import { refreshSpec } from './capture.ts';
import { differencingOf, type StreamTask } from '../differencing/disk-tree.ts';
import { commitInTurn } from './in-turn.ts';

/**
 * Copies what a current disk needs of its source into the disk's own overlay (K16). Interrupted at any moment, it is begun
 * again and goes on where it was: the overlay says itself what it holds.
 */
export const streamSource = async (
  context: SystemsContext,
  system: VirtualSystem,
  task: StreamTask,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { disks, images, fleet } = context;
  const image = await disks.inspect(task.file, 'disk');
  if (image.backing !== undefined) await requireRoomBelow(image, 'the data of an imported disk');
  const machine = fleet.get(system.id)?.machine;
  // What lies in no chain of the machine's own is in nobody's hands, though it runs.
  if (machine === undefined || task.drive === null) await images.stream(image, progress, signal);
  else await machine.stream({ disk: task.drive, file: image.file }, progress, signal);
  await commitInTurn(context, system.id, signal, (now) => ({
    differencing: differencingOf(now).map((row) => (row.file === task.file ? streamed(row) : row)),
  }));
  await refreshSpec(context, system.id);
};

const streamed = (row: DifferencingDisk): DifferencingDisk => ({ ...row, streamed: true });

/**
 * Room for all that lies below a disk: no more than is in those files; what the overlay holds already is counted again.
 * @throws LackOfRoom
 */
export const requireRoomBelow = async (image: DiskImage, what: string): Promise<void> => {
  const [, ...files] = chainFiles(image);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).blocks * 512));
  await requireSpace(
    image.file,
    sizes.reduce((sum, size) => sum + size, 0),
    what,
  );
};
