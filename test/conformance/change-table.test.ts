import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { MethodError } from '../../src/client/method-error.ts';
import { type Reference, textOf } from '../../src/client/object.ts';
import { type SettingInput, instanceText, settingsText } from '../../src/client/settings-text.ts';
import { WireHost } from '../kit/wire-host.ts';

/** Power states of a machine, as the columns of the table have them. */
const STATES = ['off', 'saved', 'running', 'paused'] as const;
type State = (typeof STATES)[number];

type Values = Readonly<Record<string, SettingInput>>;

const RASD = 'Msvm_ResourceAllocationSettingData';
const SASD = 'Msvm_StorageAllocationSettingData';
const MEMORY = 'Msvm_MemorySettingData';
const PROCESSOR = 'Msvm_ProcessorSettingData';
const ADAPTER = 'Msvm_SyntheticEthernetPortSettingData';
const CONNECTION = 'Msvm_EthernetPortAllocationSettingData';

/** What every machine of this test has, by a word of ours. */
type Part =
  | 'memory'
  | 'processor'
  | 'shutdown'
  | 'serialPort'
  | 'security'
  | 'disk'
  | 'medium'
  | 'floppyDrive'
  | 'adapter'
  | 'connection'
  | 'controller'
  | 'ideDisk';

class Machine {
  readonly host: WireHost;
  readonly id: string;
  readonly generation: 1 | 2;
  readonly parts = new Map<Part, { readonly className: string; readonly id: string }>();

  constructor(host: WireHost, id: string, generation: 1 | 2) {
    this.host = host;
    this.id = id;
    this.generation = generation;
  }

  part(name: Part): { readonly className: string; readonly id: string } {
    return this.parts.get(name) ?? assert.fail(`a machine of generation ${this.generation} has no ${name}`);
  }

  reference(part: Part): Reference {
    const { className, id } = this.part(part);
    return this.host.reference(className, { InstanceID: id });
  }

  system(values: Values): Promise<unknown> {
    const InstanceID = `Microsoft:${this.id}`;
    return this.host.call('ModifySystemSettings', {
      SystemSettings: instanceText('Msvm_VirtualSystemSettingData', { InstanceID, ...values }),
    });
  }

  modify(part: Part, values: Values): Promise<unknown> {
    const { className, id } = this.part(part);
    return this.host.call('ModifyResourceSettings', {
      ResourceSettings: [instanceText(className, { InstanceID: id, ...values })],
    });
  }

  async add(className: string, values: Values): Promise<string> {
    const made = await this.host.add(this.id, instanceText(className, values));
    return made.selectors['InstanceID'] ?? assert.fail();
  }

  drive(controller: string, slot: number, type: 16 | 17): Promise<string> {
    return this.add(RASD, {
      ResourceType: type,
      ResourceSubType: `Microsoft:Hyper-V:Synthetic ${type === 16 ? 'DVD' : 'Disk'} Drive`,
      Parent: this.host.path(this.host.reference(RASD, { InstanceID: controller })),
      AddressOnParent: slot,
    });
  }

  image(
    drive: string,
    kind: 'Virtual Hard Disk' | 'Virtual CD/DVD Disk' | 'Virtual Floppy Disk',
    file: string,
  ): Promise<string> {
    return this.add(SASD, {
      ResourceType: 31,
      ResourceSubType: `Microsoft:Hyper-V:${kind}`,
      Parent: this.host.path(this.host.reference(RASD, { InstanceID: drive })),
      HostResource: [file],
    });
  }

  adapter(): Promise<string> {
    return this.add(ADAPTER, { ResourceType: 10, ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port' });
  }

  remove(className: string, id: string): Promise<unknown> {
    return this.host.call('RemoveResourceSettings', {
      ResourceSettings: [this.host.reference(className, { InstanceID: id })],
    });
  }
}

/** One row of lifecycle §8: what is changed, and in which states that is possible. */
interface Row {
  readonly what: string;
  readonly generation?: 1 | 2;
  /** The states in which it is done; in the others it is 32775. */
  readonly where: readonly State[];
  /** Another refusal than 32775 (a real host's). */
  readonly refusal?: number;
  change(machine: Machine, files: Files): Promise<unknown>;
}

interface Files {
  readonly spare: () => string;
  readonly iso: string;
  readonly otherIso: string;
  readonly floppy: () => string;
}

const EVERYWHERE = STATES;
const OFF = ['off'] as const;
const NOT_SAVED = ['off', 'running', 'paused'] as const;

const system = (values: Values) => (machine: Machine) => machine.system(values);
const modify = (part: Part, values: Values) => (machine: Machine) => machine.modify(part, values);

const ROWS: readonly Row[] = [
  { what: 'ElementName', where: EVERYWHERE, change: system({ ElementName: 'renamed' }) },
  { what: 'Notes', where: EVERYWHERE, change: system({ Notes: ['a', 'b'] }) },
  { what: 'AutomaticStartupAction', where: EVERYWHERE, change: system({ AutomaticStartupAction: 2 }) },
  { what: 'AutomaticShutdownAction', where: EVERYWHERE, change: system({ AutomaticShutdownAction: 2 }) },
  { what: 'AutomaticCriticalErrorAction', where: EVERYWHERE, change: system({ AutomaticCriticalErrorAction: 0 }) },
  { what: 'UserSnapshotType', where: EVERYWHERE, change: system({ UserSnapshotType: 5 }) },
  { what: 'AutomaticSnapshotsEnabled', where: EVERYWHERE, change: system({ AutomaticSnapshotsEnabled: true }) },
  { what: 'BootOrder', generation: 1, where: OFF, change: system({ BootOrder: [3, 2, 1, 0] }) },
  { what: 'SecureBootEnabled', generation: 2, where: OFF, change: system({ SecureBootEnabled: false }) },
  { what: 'NetworkBootPreferredProtocol', where: OFF, change: system({ NetworkBootPreferredProtocol: 4097 }) },
  { what: 'PauseAfterBootFailure', where: OFF, change: system({ PauseAfterBootFailure: true }) },
  { what: 'BIOSGUID', where: OFF, change: system({ BIOSGUID: '{9ECB1C2D-0000-4000-8000-0123456789AB}' }) },
  { what: 'BIOSSerialNumber', where: OFF, change: system({ BIOSSerialNumber: 'a serial number' }) },
  { what: 'ChassisAssetTag', where: OFF, change: system({ ChassisAssetTag: 'a tag' }) },
  { what: 'BIOSNumLock', generation: 1, where: OFF, refusal: 32768, change: system({ BIOSNumLock: true }) },
  { what: 'ConsoleMode', where: OFF, change: system({ ConsoleMode: 1 }) },
  { what: 'VirtualNumaEnabled', where: OFF, change: system({ VirtualNumaEnabled: false }) },
  { what: 'LowMmioGapSize', where: OFF, change: system({ LowMmioGapSize: 256 }) },
  { what: 'HighMmioGapSize', where: OFF, change: system({ HighMmioGapSize: 1024 }) },
  { what: 'processor count', where: OFF, change: modify('processor', { VirtualQuantity: 2 }) },
  { what: 'processor Limit', where: EVERYWHERE, change: modify('processor', { Limit: 50_000 }) },
  { what: 'processor Reservation', where: EVERYWHERE, change: modify('processor', { Reservation: 10_000 }) },
  { what: 'processor Weight', where: EVERYWHERE, change: modify('processor', { Weight: 200 }) },
  { what: 'memory, static, to less', where: NOT_SAVED, change: modify('memory', { VirtualQuantity: 128 }) },
  { what: 'DynamicMemoryEnabled', where: OFF, change: modify('memory', { DynamicMemoryEnabled: true }) },
  { what: 'a drive and a disk on SCSI', generation: 2, where: NOT_SAVED, change: addScsiDisk },
  { what: 'a drive and a disk on IDE', generation: 1, where: OFF, change: addIdeDisk },
  { what: 'another disk in an IDE drive', generation: 1, where: OFF, change: otherIdeDisk },
  { what: 'removing the disk of an IDE drive', generation: 1, where: OFF, change: removePart('ideDisk') },
  { what: 'another medium in the DVD drive', where: EVERYWHERE, change: otherMedium },
  { what: 'a floppy', generation: 1, where: EVERYWHERE, change: insertFloppy },
  { what: 'adding an adapter, generation 2', generation: 2, where: NOT_SAVED, change: (machine) => machine.adapter() },
  { what: 'adding an adapter, generation 1', generation: 1, where: OFF, change: (machine) => machine.adapter() },
  { what: 'disconnecting an adapter', where: EVERYWHERE, change: modify('connection', { HostResource: [] }) },
  { what: 'disabling a connection', where: EVERYWHERE, change: modify('connection', { EnabledState: 3 }) },
  { what: 'a feature of a port', where: EVERYWHERE, change: addVlan },
  { what: 'an integration component', where: EVERYWHERE, change: modify('shutdown', { EnabledState: 3 }) },
  { what: 'Connection of a serial port', where: EVERYWHERE, change: serialPipe },
  { what: 'a TPM', generation: 2, where: OFF, change: modify('security', { TpmEnabled: true }) },
  { what: 'adding a SCSI controller', where: OFF, change: addController },
  { what: 'removing the adapter, generation 2', generation: 2, where: NOT_SAVED, change: removePart('adapter') },
  { what: 'removing the adapter, generation 1', generation: 1, where: OFF, change: removePart('adapter') },
  { what: 'removing a disk on SCSI', generation: 2, where: NOT_SAVED, change: removePart('disk') },
  { what: 'removing the SCSI controller', generation: 2, where: OFF, change: removePart('controller') },
];

async function addScsiDisk(machine: Machine, files: Files): Promise<void> {
  await machine.image(await machine.drive(machine.part('controller').id, 7, 17), 'Virtual Hard Disk', files.spare());
}

async function addIdeDisk(machine: Machine, files: Files): Promise<void> {
  const controller = `Microsoft:${machine.id}\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\1`;
  await machine.image(await machine.drive(controller, 1, 17), 'Virtual Hard Disk', files.spare());
}

function otherIdeDisk(machine: Machine, files: Files): Promise<unknown> {
  return machine.modify('ideDisk', { HostResource: [files.spare()] });
}

function otherMedium(machine: Machine, files: Files): Promise<unknown> {
  return machine.modify('medium', { HostResource: [files.otherIso] });
}

function insertFloppy(machine: Machine, files: Files): Promise<unknown> {
  return machine.image(machine.part('floppyDrive').id, 'Virtual Floppy Disk', files.floppy());
}

function addVlan(machine: Machine): Promise<unknown> {
  return machine.host.call('AddFeatureSettings', {
    AffectedConfiguration: machine.reference('connection'),
    FeatureSettings: [settingsText('Msvm_EthernetSwitchPortSecuritySettingData', { AllowMacSpoofing: true })],
  });
}

function serialPipe(machine: Machine): Promise<unknown> {
  return machine.modify('serialPort', { Connection: [`\\\\.\\pipe\\${machine.id.slice(0, 8)}`] });
}

function addController(machine: Machine): Promise<unknown> {
  return machine.add(RASD, { ResourceType: 6, ResourceSubType: 'Microsoft:Hyper-V:Synthetic SCSI Controller' });
}

function removePart(part: Part) {
  return (machine: Machine): Promise<unknown> => {
    const { className, id } = machine.part(part);
    return machine.remove(className, id);
  };
}

describe('lifecycle §8: the table of changes, each in each state, over the wire', () => {
  let host: WireHost;
  let files: Files;
  let switchReference: Reference;
  before(async () => {
    host = await WireHost.open('simulated');
    let count = 0;
    const spare = (name: string) => {
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', name, '1M']);
      return name;
    };
    const folder = (await host.file('x')).linux.slice(0, -2);
    const blank = (name: string): string => {
      writeFileSync(`${folder}/${name}`, Buffer.alloc(1_474_560));
      return `${folder}/${name}`;
    };
    files = {
      spare: () => spare(`${folder}/spare-${count++}.qcow2`),
      iso: blank('1.iso'),
      otherIso: blank('2.iso'),
      floppy: () => blank(`${count++}.vfd`),
    };
    for await (const found of host.client.queryReferences('SELECT * FROM Msvm_VirtualEthernetSwitch'))
      switchReference = found;
  });
  after(() => host[Symbol.asyncDispose]());

  /** A machine with one of everything, in a state. */
  const make = async (generation: 1 | 2, state: State): Promise<Machine> => {
    const id = await host.define({
      ElementName: `${generation} ${state}`,
      VirtualSystemSubType: `Microsoft:Hyper-V:SubType:${generation}`,
    });
    const machine = new Machine(host, id, generation);
    const below = async (part: Part, className: string, where = ''): Promise<void> => {
      const query = `SELECT * FROM ${className} WHERE InstanceID LIKE 'Microsoft:${id}%'${where}`;
      const [first] = await host.rows(query);
      const found = textOf(first?.properties['InstanceID']) ?? assert.fail(query);
      machine.parts.set(part, { className, id: found });
    };
    await below('memory', MEMORY);
    await below('processor', PROCESSOR);
    await below('shutdown', 'Msvm_ShutdownComponentSettingData');
    await below('serialPort', 'Msvm_SerialPortSettingData');
    await below('security', 'Msvm_SecuritySettingData');
    await machine.modify('memory', { VirtualQuantity: 256 });
    const controller = await machine.add(RASD, {
      ResourceType: 6,
      ResourceSubType: 'Microsoft:Hyper-V:Synthetic SCSI Controller',
    });
    machine.parts.set('controller', { className: RASD, id: controller });
    const ide = `Microsoft:${id}\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4`;
    const disk = await machine.image(await machine.drive(controller, 0, 17), 'Virtual Hard Disk', files.spare());
    machine.parts.set('disk', { className: SASD, id: disk });
    const dvd = await machine.drive(generation === 1 ? `${ide}\\1` : controller, generation === 1 ? 0 : 1, 16);
    machine.parts.set('medium', { className: SASD, id: await machine.image(dvd, 'Virtual CD/DVD Disk', files.iso) });
    if (generation === 1) {
      const ideDisk = await machine.image(await machine.drive(`${ide}\\0`, 0, 17), 'Virtual Hard Disk', files.spare());
      machine.parts.set('ideDisk', { className: SASD, id: ideDisk });
      await below('floppyDrive', RASD, ' AND ResourceType = 14');
    }
    const adapter = await machine.adapter();
    machine.parts.set('adapter', { className: ADAPTER, id: adapter });
    const connection = await machine.add(CONNECTION, {
      ResourceType: 33,
      ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
      Parent: host.path(host.reference(ADAPTER, { InstanceID: adapter })),
      HostResource: [host.path(switchReference)],
    });
    machine.parts.set('connection', { className: CONNECTION, id: connection });
    if (state !== 'off') await host.change(id, 2);
    if (state === 'saved') await host.change(id, 6);
    if (state === 'paused') await host.change(id, 9);
    return machine;
  };

  for (const generation of [1, 2] as const) {
    for (const state of STATES) {
      test(`generation ${generation}, ${state}`, async () => {
        const machine = await make(generation, state);
        const wrong: string[] = [];
        for (const row of ROWS) {
          if (row.generation !== undefined && row.generation !== generation) continue;
          const outcome = await row.change(machine, files).then(
            () => 0,
            (error: unknown) => {
              if (error instanceof MethodError) return error.returnValue;
              throw error;
            },
          );
          const expected = row.where.includes(state) ? 0 : (row.refusal ?? 32775);
          if (outcome !== expected) wrong.push(`${row.what}: ${outcome}, not ${expected}`);
        }
        assert.deepEqual(wrong, []);
      });
    }
  }
});
