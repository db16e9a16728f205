import { instanceIdOf } from '../configurations/part-id.ts';
import { settingPath } from '../management/names.ts';
import type { Management } from '../management/management.ts';
import { Problem } from '../problems/problem.ts';
import { scsiController } from './blueprints.ts';
import { changeResources, type NewResource, RESOURCE } from './resources.ts';
import type { DevicesView } from './view.ts';

/** Places of drives: a controller and a location on it. */

/** Drives on a controller. */
const SLOTS: Readonly<Record<string, number>> = { ide: 2, scsi: 64 };

export interface WantedPlace {
  readonly controllerId: string | null;
  readonly location: number | null;
}

export interface FreePlace {
  readonly parent: NonNullable<NewResource['parent']>;
  readonly location: number;
  /** What must be made first. */
  readonly before: readonly NewResource[];
}

type Controller = DevicesView['controllers'][number];
type Drive = DevicesView['disks'][number];

const refuse = (path: keyof WantedPlace, message: string, said: string): never => {
  throw new Problem('invalid-parameter', said, { errors: [{ path, message }] });
};

const nameOf = ({ kind, number }: Controller): string => `${kind.toUpperCase()} controller ${number}`;

/** @throws Problem */
const namedController = (devices: DevicesView, controllerId: string): Controller =>
  devices.controllers.find(({ id, kind }) => kind !== 'floppy' && id.toLowerCase() === controllerId.toLowerCase()) ??
  refuse(
    'controllerId',
    'is no controller of this machine',
    'controllerId: there is no such controller. GET devices tells them.',
  );

/** @throws Problem when the controller has no such location, or something is there */
const checkLocation = (devices: DevicesView, controller: Controller, location: number): void => {
  const slots = SLOTS[controller.kind] ?? 0;
  if (location >= slots)
    refuse('location', `is from 0 to ${slots - 1}`, `The ${nameOf(controller)} has the locations 0 to ${slots - 1}.`);
  if (devices.disks.some((disk) => disk.controllerId === controller.id && disk.location === location))
    refuse(
      'location',
      'is taken',
      `Location ${location} of the ${nameOf(controller)} is taken. Choose another one, or none: then it is the first that is free.`,
    );
};

const firstFree = (devices: DevicesView, { id, kind }: Controller): number | undefined => {
  const taken = new Set(devices.disks.filter((disk) => disk.controllerId === id).map((disk) => disk.location));
  return Array.from({ length: SLOTS[kind] ?? 0 }, (_, slot) => slot).find((slot) => !taken.has(slot));
};

/**
 * Where a new drive goes: where the client wants it, or to the first place that is free; a machine without IDE gets a SCSI
 * controller when it has none or they are full.
 * @throws Problem
 */
export const placeFor = (devices: DevicesView, { controllerId, location }: WantedPlace): FreePlace => {
  const candidates =
    controllerId === null
      ? devices.controllers.filter(({ kind }) => kind !== 'floppy')
      : [namedController(devices, controllerId)];
  const [first] = candidates;
  if (location !== null && first !== undefined) {
    checkLocation(devices, first, location);
    return { parent: { className: RESOURCE, part: first.id }, location, before: [] };
  }
  for (const controller of candidates) {
    const free = firstFree(devices, controller);
    if (free !== undefined) return { parent: { className: RESOURCE, part: controller.id }, location: free, before: [] };
  }
  if (controllerId === null && !devices.controllers.some(({ kind }) => kind === 'ide'))
    return { parent: { made: 'controller' }, location: location ?? 0, before: [scsiController('controller')] };
  if (controllerId !== null) refuse('controllerId', 'has no free location', 'This controller has no free location.');
  throw new Problem('invalid-parameter', 'There is no free place for another drive. Add a SCSI controller first.');
};

/**
 * Puts a drive and what is in it elsewhere: without a controller it stays below its own, without a location it gets the first free
 * one. Its id is another one then. @returns that @throws Problem
 */
export const moveDrive = async (
  management: Management,
  configuration: string,
  devices: DevicesView,
  drive: Drive,
  wanted: WantedPlace,
): Promise<string> => {
  if (drive.kind === 'floppy' || drive.controllerId === null)
    return refuse('controllerId', 'is that of its controller for ever', 'A floppy drive stays where it is.');
  const controller = namedController(devices, wanted.controllerId ?? drive.controllerId);
  const stays = controller.id === drive.controllerId;
  if (stays && (wanted.location === null || wanted.location === drive.location)) return drive.id;
  if (wanted.location !== null) checkLocation(devices, controller, wanted.location);
  const location = wanted.location ?? firstFree(devices, controller);
  if (location === undefined)
    return refuse('controllerId', 'has no free location', `The ${nameOf(controller)} has no free location.`);
  const [moved = drive.id] = await changeResources(management, configuration, [
    {
      className: RESOURCE,
      part: drive.id,
      values: {
        Parent: management.reference(settingPath(RESOURCE, instanceIdOf(configuration, controller.id))),
        AddressOnParent: String(location),
      },
    },
  ]);
  return moved;
};
