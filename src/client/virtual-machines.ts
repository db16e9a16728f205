import type { DiskOnHost } from './disk-on-host.ts';
import type { Machines } from './host.ts';
import { disksOnHost } from './host-paths.ts';
import { byAge, type Checkpoint, type VirtualMachine } from './machine.ts';
import type { MachineDetails } from './machine-details.ts';
import { disksOf } from './plan-details.ts';
import { type MachineSummary, machineSummaries } from './summaries.ts';
import { byName, isId, isMeant, NotFoundError, onlyOne } from './by-name.ts';
import { type CimClient, refused } from './cim-client.ts';
import { MethodError } from './method-error.ts';
import { partOf } from './machine-parts.ts';
import { isReference, listOf, numberOf, textOf, type Reference } from './object.ts';
import type { ObjectOf } from './schema.ts';
import { settingsText } from './settings-text.ts';
import { pathText, wqlText } from './texts.ts';
import { resourceUri } from './uris.ts';
import { machineDetails } from './cim-machine-details.ts';

export interface CreateOptions {
  readonly name: string;
  readonly generation: 1 | 2;
  readonly memoryMb: number;
  readonly processors: number;
  /** Disk images, in order; on IDE for generation 1, on SCSI for generation 2. */
  readonly disks: readonly string[];
  readonly isos: readonly string[];
  /** Name of a virtual switch; null: no network adapter. */
  readonly switch: string | null;
  /** `\\.\pipe\NAME` or a socket path for COM1; null: not connected. */
  readonly serial: string | null;
  readonly secureBoot: boolean;
  readonly notes: string;
  /** A plan, to be looked at and forgotten, or made real by `Plans`. */
  readonly planned?: boolean;
}

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;

/** Only what a `VirtualMachine` has: whole objects take five times as long when there are a thousand of them. */
const MACHINES =
  "SELECT Name, ElementName, EnabledState, ProcessID, OnTimeInMilliseconds FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Virtual Machine'";

/** What people do with virtual machines, in calls of Hyper-V's API; works against vsms and against Hyper-V. */
export class VirtualMachines implements Machines {
  readonly #client: CimClient;

  constructor(client: CimClient) {
    this.#client = client;
  }

  async list(): Promise<readonly VirtualMachine[]> {
    const found: VirtualMachine[] = [];
    for await (const object of this.#client.query(MACHINES)) found.push(machineOf(object));
    return byName(found);
  }

  /** By name or id. @throws NotFoundError AmbiguousNameError */
  async find(nameOrId: string): Promise<VirtualMachine> {
    const condition = isId(nameOrId)
      ? `Name = ${wqlText(nameOrId.toUpperCase())}`
      : `ElementName = ${wqlText(nameOrId)}`;
    const found: VirtualMachine[] = [];
    for await (const object of this.#client.query(`${MACHINES} AND ${condition}`)) found.push(machineOf(object));
    return onlyOne(found, nameOrId);
  }

  summaries(): Promise<ReadonlyMap<string, MachineSummary>> {
    return machineSummaries(this.#client);
  }

  async details(id: string): Promise<MachineDetails> {
    return machineDetails(this.#client, id, (await this.checkpoints(id)).length);
  }

  async disksOnHost(id: string): Promise<readonly DiskOnHost[]> {
    return disksOnHost(this.#client, this.settingsReference(id), await disksOf(this.#client, id));
  }

  /** Checkpoints of a machine, the oldest first. */
  async checkpoints(id: string): Promise<readonly Checkpoint[]> {
    const found: Checkpoint[] = [];
    const query = `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = ${wqlText(id)}` as const;
    for await (const { properties } of this.#client.query(query)) {
      if (!(textOf(properties['VirtualSystemType']) ?? '').includes(':Snapshot:')) continue;
      found.push({
        id: (textOf(properties['InstanceID']) ?? '').replace(/^Microsoft:/, ''),
        name: textOf(properties['ElementName']) ?? '',
        createdAt: textOf(properties['CreationTime']) ?? '',
        parent: /Microsoft:([0-9A-F-]{36})/i.exec(textOf(properties['Parent']) ?? '')?.[1] ?? null,
        hasMemory: textOf(properties['IsSaved']) === 'true',
      });
    }
    return byAge(found);
  }

  /** By name or id. @throws NotFoundError AmbiguousNameError */
  async findCheckpoint(id: string, nameOrId: string): Promise<Checkpoint> {
    const found = (await this.checkpoints(id)).filter((each) => isMeant(each, nameOrId));
    return onlyOne(found, nameOrId, 'checkpoint');
  }

  reference(id: string): Reference {
    return {
      resourceUri: resourceUri(this.#client.namespace, 'Msvm_ComputerSystem'),
      selectors: { CreationClassName: 'Msvm_ComputerSystem', Name: id },
    };
  }

  settingsReference(id: string): Reference {
    return {
      resourceUri: resourceUri(this.#client.namespace, 'Msvm_VirtualSystemSettingData'),
      selectors: { InstanceID: `Microsoft:${id}` },
    };
  }

  /** RequestStateChange, waited for. @throws MethodError */
  async request(id: string, state: number, progress?: (percent: number) => void): Promise<void> {
    await this.#client.run(this.reference(id), 'RequestStateChange', { RequestedState: state }, progress);
  }

  async delete(id: string): Promise<void> {
    await this.#client.run(SERVICE, 'DestroySystem', { AffectedSystem: this.reference(id) });
  }

  /** Define, size, and give devices; taken back whole when a step is refused. Resolves to the id. */
  async create(options: CreateOptions): Promise<string> {
    const planned = options.planned === true;
    const defined = await this.#client.run(SERVICE, planned ? 'DefinePlannedSystem' : 'DefineSystem', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        ElementName: options.name,
        VirtualSystemSubType: `Microsoft:Hyper-V:SubType:${options.generation}`,
        ...(options.notes === '' ? {} : { Notes: [options.notes] }),
        ...(options.generation === 2 ? { SecureBootEnabled: options.secureBoot } : {}),
      }),
    });
    const system = defined.out['ResultingSystem'];
    const id = isReference(system) ? (system.selectors['Name'] ?? '') : '';
    try {
      await this.#size(id, options);
      await this.#attach(id, options);
      if (options.switch !== null) await this.#connect(id, options.switch);
      if (options.serial !== null) await this.#serial(id, options.serial);
    } catch (error) {
      // Why it was refused matters more than what became of the half-made machine.
      if (isReference(system))
        await this.#client.run(SERVICE, 'DestroySystem', { AffectedSystem: system }).catch(() => undefined);
      throw error;
    }
    return id;
  }

  /** Picture of the screen as RGB565, little-endian, row 0 on top. */
  async thumbnail(id: string, width: number, height: number): Promise<Buffer> {
    const result = await this.#client.invoke(SERVICE, 'GetVirtualSystemThumbnailImage', {
      TargetSystem: this.settingsReference(id),
      WidthPixels: width,
      HeightPixels: height,
    });
    if (result.returnValue !== 0) throw refused('GetVirtualSystemThumbnailImage', result);
    return Buffer.from(textOf(result.out['ImageData']) ?? '', 'base64');
  }

  async #size(id: string, options: CreateOptions): Promise<void> {
    const settings: string[] = [];
    for (const [className, quantity] of [
      ['Msvm_MemorySettingData', options.memoryMb],
      ['Msvm_ProcessorSettingData', options.processors],
    ] as const) {
      const found = await partOf(this.#client, className, id);
      settings.push(
        settingsText(className, {
          InstanceID: textOf(found?.properties['InstanceID']) ?? '',
          VirtualQuantity: quantity,
        }),
      );
    }
    await this.#client.run(SERVICE, 'ModifyResourceSettings', { ResourceSettings: settings });
  }

  async #attach(id: string, options: CreateOptions): Promise<void> {
    if (options.disks.length + options.isos.length === 0) return;
    const controller =
      options.generation === 1
        ? await this.#path(
            `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ResourceType = 5 AND Address = '0' AND InstanceID LIKE 'Microsoft:${id}%'`,
          )
        : await this.#add(
            id,
            settingsText('Msvm_ResourceAllocationSettingData', {
              ResourceType: 6,
              ResourceSubType: 'Microsoft:Hyper-V:Synthetic SCSI Controller',
            }),
          );
    const second =
      options.generation === 1
        ? await this.#path(
            `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ResourceType = 5 AND Address = '1' AND InstanceID LIKE 'Microsoft:${id}%'`,
          )
        : controller;
    const images = [
      ...options.disks.map((file) => ({ file, cd: false })),
      ...options.isos.map((file) => ({ file, cd: true })),
    ];
    for (const [index, image] of images.entries()) {
      // Generation 1: two slots on each of the two IDE controllers.
      const onSecond = options.generation === 1 && index >= 2;
      const drive = await this.#add(
        id,
        settingsText('Msvm_ResourceAllocationSettingData', {
          ResourceType: image.cd ? 16 : 17,
          ResourceSubType: image.cd
            ? 'Microsoft:Hyper-V:Synthetic DVD Drive'
            : 'Microsoft:Hyper-V:Synthetic Disk Drive',
          Parent: onSecond ? second : controller,
          AddressOnParent: String(onSecond ? index - 2 : index),
        }),
      );
      await this.#add(
        id,
        settingsText('Msvm_StorageAllocationSettingData', {
          ResourceType: 31,
          ResourceSubType: image.cd ? 'Microsoft:Hyper-V:Virtual CD/DVD Disk' : 'Microsoft:Hyper-V:Virtual Hard Disk',
          Parent: drive,
          HostResource: [image.file],
        }),
      );
    }
  }

  async #connect(id: string, switchName: string): Promise<void> {
    const target = await this.#path(
      `SELECT * FROM Msvm_VirtualEthernetSwitch WHERE ElementName = ${wqlText(switchName)}`,
      () => new NotFoundError(switchName, 'virtual switch'),
    );
    const port = await this.#add(
      id,
      settingsText('Msvm_SyntheticEthernetPortSettingData', {
        ResourceType: 10,
        ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
        ElementName: 'Network Adapter',
      }),
    );
    await this.#add(
      id,
      settingsText('Msvm_EthernetPortAllocationSettingData', {
        ResourceType: 33,
        ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
        Parent: port,
        HostResource: [target],
      }),
    );
  }

  async #serial(id: string, pipe: string): Promise<void> {
    const query = `SELECT * FROM Msvm_SerialPortSettingData WHERE InstanceID LIKE 'Microsoft:${id}%'` as const;
    const port = await this.#client.first(query);
    await this.#client.run(SERVICE, 'ModifyResourceSettings', {
      ResourceSettings: [
        settingsText('Msvm_SerialPortSettingData', {
          InstanceID: textOf(port?.properties['InstanceID']) ?? '',
          Connection: [pipe],
        }),
      ],
    });
  }

  /** Add one resource; resolves to its object path as text, fit for `Parent`. */
  async #add(id: string, text: string): Promise<string> {
    const result = await this.#client.run(SERVICE, 'AddResourceSettings', {
      AffectedConfiguration: this.settingsReference(id),
      ResourceSettings: [text],
    });
    const [added] = listOf(result.out['ResultingResourceSettings']);
    if (!isReference(added))
      throw new MethodError('AddResourceSettings told no ResultingResourceSettings.', 32768, null);
    return this.#pathOf(added);
  }

  async #path(
    query: string,
    missing = (): Error => new MethodError(`Nothing was found by: ${query}`, 32773, null),
  ): Promise<string> {
    for await (const reference of this.#client.queryReferences(query, 1)) return this.#pathOf(reference);
    throw missing();
  }

  #pathOf({ resourceUri: uri, selectors }: Reference): string {
    return pathText(this.#client.namespace, uri.slice(uri.lastIndexOf('/') + 1), selectors);
  }
}

const machineOf = (object: ObjectOf<'Msvm_ComputerSystem'>): VirtualMachine => {
  const processId = textOf(object.properties['ProcessID']);
  return {
    id: textOf(object.properties['Name']) ?? '',
    name: textOf(object.properties['ElementName']) ?? '',
    state: numberOf(object.properties['EnabledState']),
    processId: processId === null ? null : Number(processId),
    onTimeMs: Number(textOf(object.properties['OnTimeInMilliseconds']) ?? 0),
  };
};
