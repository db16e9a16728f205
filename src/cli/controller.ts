import { controllerName, type DriveController, placeOf } from '../client/drive-controllers.ts';
import { Drives } from '../client/drives.ts';
import { VirtualMachines } from '../client/virtual-machines.ts';
import { type ConnectOptions, UsageError } from './connect.ts';
import { withDrives } from './disk.ts';
import type { Listing } from './print/listing.ts';
import { printable } from './print/output.ts';
import { type ListFlags, printList } from './print/print-list.ts';

const CONTROLLERS: Listing<DriveController> = {
  name: controllerName,
  columns: [
    { name: 'controller', text: controllerName },
    { name: 'locations', text: ({ locations }) => String(locations) },
    { name: 'taken', text: ({ taken }) => taken.join(',') },
    { name: 'id', wide: true, text: ({ id }) => id },
  ],
};

/** vsms controller list VM */
export const listControllers = (name: string, flags: ListFlags): Promise<void> =>
  printList(flags, CONTROLLERS, async (client) => {
    const { id } = await new VirtualMachines(client).find(name);
    return new Drives(client).controllers(id);
  });

/** vsms controller add VM */
export const addController = (name: string, flags: ConnectOptions): Promise<void> =>
  withDrives(name, flags, async (drives, machine) => {
    const made = await drives.addController(machine);
    return `${controllerName(made)} is added to ${printable(name)}.`;
  });

/** vsms controller remove VM CONTROLLER */
export const removeController = async (name: string, which: string, flags: ConnectOptions): Promise<void> => {
  const wanted = placeOf(/^\d+$/.test(which) ? `SCSI ${which}` : which);
  if (wanted === null || wanted.location !== null)
    throw new UsageError(`${printable(which)} is no controller; those that can go are called like "SCSI 1".`);
  if (wanted.bus === 'IDE') throw new UsageError('IDE controllers stay: every machine of generation 1 has the two.');
  await withDrives(name, flags, async (drives, machine) => {
    await drives.removeController(machine, wanted);
    return `${controllerName(wanted)} is removed from ${printable(name)}.`;
  });
};
