import { NotFoundError } from './by-name.ts';
import type { CimClient } from './cim-client.ts';
import {
  controllerName,
  controllersOf,
  type DriveController,
  findController,
  firstFree,
  placeAt,
  type WantedPlace,
} from './drive-controllers.ts';
import { MethodError } from './method-error.ts';
import { isReference, listOf, type Reference } from './object.ts';
import { disksOf, type PlanDisk } from './plan-details.ts';
import { settingsText } from './settings-text.ts';
import { pathText } from './texts.ts';
import { orElse } from './undo.ts';
import { resourceUri } from './uris.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;
const RESOURCE = 'Msvm_ResourceAllocationSettingData';
const IMAGE = 'Msvm_StorageAllocationSettingData';
const KINDS = {
  disk: {
    type: 17,
    drive: 'Microsoft:Hyper-V:Synthetic Disk Drive',
    image: 'Microsoft:Hyper-V:Virtual Hard Disk',
  },
  cd: {
    type: 16,
    drive: 'Microsoft:Hyper-V:Synthetic DVD Drive',
    image: 'Microsoft:Hyper-V:Virtual CD/DVD Disk',
  },
} as const;

export type DriveKind = keyof typeof KINDS;

/** Where a new drive goes: to the first free place, to the first on SCSI, or where it says. */
export type DrivePlace = 'first' | 'scsi' | WantedPlace;

/** Wrong state (return-values). */
const INVALID_STATE = 32775;

/** The setting of the drive that an image is in. */
const driveOf = ({ setting }: PlanDisk): string => setting.replace(/L$/i, 'D');

const ideFirst = (one: DriveController, other: DriveController): number =>
  Number(one.bus === 'SCSI') - Number(other.bus === 'SCSI');

/** Disks and CDs of machines, and what they hang on, in calls of Hyper-V's API. */
export class Drives {
  readonly #client: CimClient;

  constructor(client: CimClient) {
    this.#client = client;
  }

  list(machine: string): Promise<readonly PlanDisk[]> {
    return disksOf(this.#client, machine);
  }

  /**
   * Puts an image into a new drive: on the first free place, which is IDE where the machine has it, then SCSI, with a new
   * controller at need; or on one that is named. Taken back whole when the image is refused.
   * @throws MethodError the place or the image is refused
   * @throws NotFoundError no such controller, or it is full
   */
  async attach(machine: string, kind: DriveKind, file: string, where: DrivePlace = 'first'): Promise<void> {
    const controllers = await controllersOf(this.#client, machine);
    const free =
      where === 'first' || where === 'scsi'
        ? firstFree(controllers.filter(({ bus }) => where === 'first' || bus === 'SCSI').toSorted(ideFirst))
        : placeAt(controllers, where);
    const place = free ?? { controller: await this.#controller(machine), location: 0 };
    const made = free === null ? [place.controller] : [];
    const undo = async (): Promise<void> => this.#remove(made.toReversed().map((id) => this.#reference(RESOURCE, id)));
    await orElse(undo, async () => {
      const drive = await this.#add(
        machine,
        settingsText(RESOURCE, {
          ResourceType: KINDS[kind].type,
          ResourceSubType: KINDS[kind].drive,
          Parent: this.#path(RESOURCE, place.controller),
          AddressOnParent: String(place.location),
        }),
      );
      made.push(drive);
      await this.#add(
        machine,
        settingsText(IMAGE, {
          ResourceType: 31,
          ResourceSubType: KINDS[kind].image,
          Parent: this.#path(RESOURCE, drive),
          HostResource: [file],
        }),
      );
    });
  }

  /** Another image in the drive of one that it has. */
  async replace(image: PlanDisk, file: string): Promise<void> {
    await this.#client.run(SERVICE, 'ModifyResourceSettings', {
      ResourceSettings: [settingsText(IMAGE, { InstanceID: image.setting, HostResource: [file] })],
    });
  }

  /** Its drive, with the image in it, to another place. @throws MethodError @throws NotFoundError no such controller, or it is full */
  async move(machine: string, image: PlanDisk, to: WantedPlace): Promise<void> {
    const place = placeAt(await controllersOf(this.#client, machine), to);
    await this.#client.run(SERVICE, 'ModifyResourceSettings', {
      ResourceSettings: [
        settingsText(RESOURCE, {
          InstanceID: driveOf(image),
          Parent: this.#path(RESOURCE, place.controller),
          AddressOnParent: String(place.location),
        }),
      ],
    });
  }

  controllers(machine: string): Promise<readonly DriveController[]> {
    return controllersOf(this.#client, machine);
  }

  /** One more SCSI controller. */
  async addController(machine: string): Promise<DriveController> {
    const id = await this.#controller(machine);
    const made = (await this.controllers(machine)).find((each) => each.id.toLowerCase() === id.toLowerCase());
    if (made === undefined) throw new NotFoundError(id, 'controller of this machine');
    return made;
  }

  /** One without drives: Hyper-V's call would take them along. @throws NotFoundError @throws MethodError */
  async removeController(machine: string, wanted: Pick<DriveController, 'bus' | 'number'>): Promise<void> {
    const controller = findController(await this.controllers(machine), wanted);
    const count = controller.taken.length;
    if (count > 0)
      throw new MethodError(
        `${controllerName(controller)} has ${count === 1 ? 'a drive' : `${count} drives`}. Move or detach what is on it first.`,
        INVALID_STATE,
        null,
      );
    await this.#remove([this.#reference(RESOURCE, controller.id)]);
  }

  /** The drive with its image; the file stays. */
  async detach(image: PlanDisk): Promise<void> {
    // In one call: both or none, also where the drive must stay while the machine runs.
    await this.#remove([this.#reference(IMAGE, image.setting), this.#reference(RESOURCE, driveOf(image))]);
  }

  /** By its place (`SCSI 0:1`) or its file. @throws NotFoundError */
  async find(machine: string, placeOrFile: string): Promise<PlanDisk> {
    const wanted = placeOrFile.toLowerCase();
    const found = (await this.list(machine)).find(
      ({ place, file }) => place.toLowerCase() === wanted || file.toLowerCase() === wanted,
    );
    if (found === undefined) throw new NotFoundError(placeOrFile, 'drive or image of this machine');
    return found;
  }

  #controller(machine: string): Promise<string> {
    return this.#add(
      machine,
      settingsText(RESOURCE, {
        ResourceType: 6,
        ResourceSubType: 'Microsoft:Hyper-V:Synthetic SCSI Controller',
      }),
    );
  }

  #reference(className: string, id: string): Reference {
    return { resourceUri: resourceUri(this.#client.namespace, className), selectors: { InstanceID: id } };
  }

  #path(className: string, id: string): string {
    return pathText(this.#client.namespace, className, { InstanceID: id });
  }

  async #remove(resources: readonly Reference[]): Promise<void> {
    if (resources.length > 0)
      await this.#client.run(SERVICE, 'RemoveResourceSettings', { ResourceSettings: resources });
  }

  /** Resolves to its InstanceID. */
  async #add(machine: string, text: string): Promise<string> {
    const result = await this.#client.run(SERVICE, 'AddResourceSettings', {
      AffectedConfiguration: this.#reference('Msvm_VirtualSystemSettingData', `Microsoft:${machine}`),
      ResourceSettings: [text],
    });
    const [added] = listOf(result.out['ResultingResourceSettings']);
    if (!isReference(added))
      throw new MethodError('AddResourceSettings told no ResultingResourceSettings.', 32768, null);
    return added.selectors['InstanceID'] ?? '';
  }
}
