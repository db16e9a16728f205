import { NotFoundError } from './by-name.ts';
import type { CimClient } from './cim-client.ts';
import { textOf } from './object.ts';

const RESOURCE = 'Msvm_ResourceAllocationSettingData';

export type Bus = 'IDE' | 'SCSI';

/** By ResourceType; how many drives a controller takes (object-model §6). */
const BUSES: Readonly<Record<string, { readonly bus: Bus; readonly locations: number }>> = {
  '5': { bus: 'IDE', locations: 2 },
  '6': { bus: 'SCSI', locations: 64 },
};

/** What drives of a machine hang on. */
export interface DriveController {
  /** InstanceID of its setting. */
  readonly id: string;
  readonly bus: Bus;
  /** As it is counted among those of its bus, from 0. */
  readonly number: number;
  readonly locations: number;
  /** Locations that have drives, in their order, with or without an image. */
  readonly taken: readonly number[];
}

/** `SCSI 0:12`; without a location the first that is free. */
export interface WantedPlace {
  readonly bus: Bus;
  readonly number: number;
  readonly location: number | null;
}

export interface FreePlace {
  /** InstanceID of the controller. */
  readonly controller: string;
  readonly location: number;
}

/** A place as it is told: `SCSI 0:12`, `IDE 1:0`; also `scsi0:12` and, of a controller alone, `SCSI 0`. Null: it is none. */
export const placeOf = (text: string): WantedPlace | null => {
  const [, bus = '', number = '', location] = /^(ide|scsi)\s*(\d{1,4})(?::(\d{1,4}))?$/i.exec(text.trim()) ?? [];
  if (bus === '') return null;
  return {
    bus: bus.toUpperCase() as Bus,
    number: Number(number),
    location: location === undefined ? null : Number(location),
  };
};

export const controllerName = ({ bus, number }: { readonly bus: Bus; readonly number: number }): string =>
  `${bus} ${number}`;

/** IDE and SCSI controllers of a machine, in the order by which they are counted. */
export const controllersOf = async (client: CimClient, machine: string): Promise<readonly DriveController[]> => {
  const found: Omit<DriveController, 'taken'>[] = [];
  const drives: string[] = [];
  const query = `SELECT * FROM ${RESOURCE} WHERE InstanceID LIKE 'Microsoft:${machine}%'` as const;
  for await (const { properties } of client.query(query)) {
    const id = textOf(properties['InstanceID']) ?? '';
    const kind = BUSES[textOf(properties['ResourceType']) ?? ''];
    if (kind === undefined) drives.push(id.toLowerCase());
    else {
      // An IDE controller has its number in its name, also where one is told before the other.
      const counted = found.filter(({ bus }) => bus === kind.bus).length;
      found.push({ id, ...kind, number: kind.bus === 'IDE' ? Number(id.split('\\').at(-1)) : counted });
    }
  }
  return found.map((controller) => ({ ...controller, taken: locationsOn(controller.id, drives) }));
};

/** Of a drive the name is `<controller>\<location>\D`. */
const locationsOn = (controller: string, drives: readonly string[]): readonly number[] => {
  const head = `${controller.toLowerCase()}\\`;
  return drives
    .filter((id) => id.startsWith(head) && id.endsWith('\\d'))
    .map((id) => Number(id.slice(head.length, -'\\d'.length)))
    .toSorted((a, b) => a - b);
};

/** The first free location of the first controller that has one. */
export const firstFree = (controllers: readonly DriveController[]): FreePlace | null => {
  for (const { id, locations, taken } of controllers)
    for (let location = 0; location < locations; location++)
      if (!taken.includes(location)) return { controller: id, location };
  return null;
};

/** The controller of a name such as `SCSI 1`. @throws NotFoundError */
export const findController = (
  controllers: readonly DriveController[],
  wanted: { readonly bus: Bus; readonly number: number },
): DriveController => {
  const found = controllers.find(({ bus, number }) => bus === wanted.bus && number === wanted.number);
  if (found === undefined) throw new NotFoundError(controllerName(wanted), 'controller of this machine');
  return found;
};

/** Whether the location is free is the service's to say. @throws NotFoundError no such controller, or it is full */
export const placeAt = (controllers: readonly DriveController[], wanted: WantedPlace): FreePlace => {
  const controller = findController(controllers, wanted);
  if (wanted.location !== null) return { controller: controller.id, location: wanted.location };
  const free = firstFree([controller]);
  if (free === null) throw new NotFoundError(controllerName(wanted), 'free location on the controller');
  return free;
};
