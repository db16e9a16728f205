import { NotFoundError } from './by-name.ts';
import type { CimClient } from './cim-client.ts';
import { MethodError } from './method-error.ts';
import { isReference, listOf, textOf, type Reference } from './object.ts';
import { disksOf, type PlanDisk } from './plan-details.ts';
import { settingsText } from './settings-text.ts';
import { pathText } from './texts.ts';
import { orElse } from './undo.ts';
import { resourceUri } from './uris.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;
const RESOURCE = 'Msvm_ResourceAllocationSettingData';
const IMAGE = 'Msvm_StorageAllocationSettingData';
/** ResourceType of controllers, and how many drives one has (object-model §6). */
const IDE = { type: '5', slots: 2 } as const;
const SCSI = { type: '6', slots: 64 } as const;
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

interface FreePlace {
  /** InstanceID of the controller. */
  readonly controller: string;
  readonly slot: number;
}

/** Disks and CDs of machines, in calls of Hyper-V's API. */
export class Drives {
  readonly #client: CimClient;

  constructor(client: CimClient) {
    this.#client = client;
  }

  list(machine: string): Promise<readonly PlanDisk[]> {
    return disksOf(this.#client, machine);
  }

  /**
   * Puts an image into a new drive on the first free place: IDE where the machine has it, then SCSI, with a new controller
   * at need. Taken back whole when the image is refused. @throws MethodError
   */
  async attach(machine: string, kind: DriveKind, file: string, scsi: boolean): Promise<void> {
    const free = (scsi ? null : await this.#free(machine, IDE)) ?? (await this.#free(machine, SCSI));
    const place = free ?? { controller: await this.#controller(machine), slot: 0 };
    const made = free === null ? [place.controller] : [];
    const undo = async (): Promise<void> => this.#remove(made.toReversed().map((id) => this.#reference(RESOURCE, id)));
    await orElse(undo, async () => {
      const drive = await this.#add(
        machine,
        settingsText(RESOURCE, {
          ResourceType: KINDS[kind].type,
          ResourceSubType: KINDS[kind].drive,
          Parent: this.#path(RESOURCE, place.controller),
          AddressOnParent: String(place.slot),
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

  /** The drive with its image; the file stays. */
  async detach(image: PlanDisk): Promise<void> {
    // In one call: both or none, also where the drive must stay while the machine runs.
    await this.#remove([
      this.#reference(IMAGE, image.setting),
      this.#reference(RESOURCE, image.setting.replace(/L$/i, 'D')),
    ]);
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

  async #free(machine: string, kind: typeof IDE | typeof SCSI): Promise<FreePlace | null> {
    const taken = new Set<string>();
    const controllers: string[] = [];
    const query = `SELECT * FROM ${RESOURCE} WHERE InstanceID LIKE 'Microsoft:${machine}%'` as const;
    for await (const { properties } of this.#client.query(query)) {
      const id = textOf(properties['InstanceID']) ?? '';
      if (textOf(properties['ResourceType']) === kind.type) controllers.push(id);
      // Of a drive: <controller>\<slot>\D.
      else taken.add(id.toLowerCase().replace(/\\d$/, ''));
    }
    for (const controller of controllers)
      for (let slot = 0; slot < kind.slots; slot++)
        if (!taken.has(`${controller.toLowerCase()}\\${slot}`)) return { controller, slot };
    return null;
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
