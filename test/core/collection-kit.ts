import type { Guid } from '../../src/core/model.ts';
import { machineWith } from './checkpoint-kit.ts';
import { add, diskDrive, first, image, scsiController, type World } from './kit.ts';

/** Two machines with a disk each, and the collection of both. */
export const pair = async (
  world: World,
): Promise<{ readonly machines: readonly [Guid, Guid]; readonly collection: Guid }> => {
  const one = await machineWith(world, 1);
  const two = await second(world);
  const { id } = await world.core.collectionOperations.define({ name: 'pair', type: 'systems', id: null });
  for (const machine of [one, two]) await world.core.collectionOperations.addMember(id, machine);
  return { machines: [one, two], collection: id };
};

const second = async (world: World): Promise<Guid> => {
  const { id } = await world.define({ values: { ElementName: 'second', UserSnapshotType: 5 } });
  const drive = first(await add(world, id, diskDrive(first(await add(world, id, scsiController())))));
  await add(world, id, image(drive, await world.makeDisk('second.raw')));
  return id;
};
