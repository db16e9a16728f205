import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { WsmanClient } from '../../src/client/client.ts';
import { isReference, listOf, numberOf, type Reference, textOf } from '../../src/client/object.ts';
import { type SettingInput, instanceText, settingsText } from '../../src/client/settings-text.ts';
import { Service } from '../kit/service.ts';

const MANAGEMENT = { className: 'Msvm_VirtualSystemManagementService' };
const RASD = 'Msvm_ResourceAllocationSettingData';
const SASD = 'Msvm_StorageAllocationSettingData';
const ADAPTER = 'Msvm_SyntheticEthernetPortSettingData';
const CONNECTION = 'Msvm_EthernetPortAllocationSettingData';
const MEMORY = '4764334d-e001-4176-82ee-5594ec9b530e';
const COM1 = '8E3A359F-559A-4B6A-98A9-1690A6100ED7\\0';

const pathOf = (className: string, id: string): string =>
  `\\\\.\\root\\virtualization\\v2:${className}.InstanceID="${id.replaceAll('\\', '\\\\')}"`;

/** A generation 2 machine with a SCSI controller, a disk and a DVD drive, seen over the wire. */
class Machine {
  readonly #client: WsmanClient;
  readonly reference: Reference;

  private constructor(client: WsmanClient, reference: Reference) {
    this.#client = client;
    this.reference = reference;
  }

  static async define(client: WsmanClient): Promise<Machine> {
    const { out } = await client.run(MANAGEMENT, 'DefineSystem', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        ElementName: 'live',
        VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
        SecureBootEnabled: false,
      }),
    });
    const reference = out['ResultingSystem'];
    assert.ok(isReference(reference));
    return new Machine(client, reference);
  }

  get id(): string {
    return this.reference.selectors['Name'] ?? '';
  }

  request(state: number): Promise<unknown> {
    return this.#client.run(this.reference, 'RequestStateChange', { RequestedState: state });
  }

  /** Answers the InstanceID. */
  async add(className: string, values: Readonly<Record<string, SettingInput>>): Promise<string> {
    const { out } = await this.#client.run(MANAGEMENT, 'AddResourceSettings', {
      AffectedConfiguration: pathOf('Msvm_VirtualSystemSettingData', `Microsoft:${this.id}`),
      ResourceSettings: [instanceText(className, values)],
    });
    const [added] = listOf(out['ResultingResourceSettings']);
    assert.ok(isReference(added));
    return added.selectors['InstanceID'] ?? '';
  }

  drive(controller: string, slot: number, type: 16 | 17 = 17): Promise<string> {
    return this.add(RASD, {
      ResourceType: type,
      ResourceSubType: `Microsoft:Hyper-V:Synthetic ${type === 16 ? 'DVD' : 'Disk'} Drive`,
      Parent: pathOf(RASD, controller),
      AddressOnParent: slot,
    });
  }

  image(drive: string, file: string): Promise<string> {
    const kind = file.endsWith('.iso') ? 'Virtual CD/DVD Disk' : 'Virtual Hard Disk';
    return this.add(SASD, {
      ResourceType: 31,
      ResourceSubType: `Microsoft:Hyper-V:${kind}`,
      Parent: pathOf(RASD, drive),
      HostResource: [file],
    });
  }

  modify(className: string, id: string, values: Readonly<Record<string, SettingInput>>): Promise<unknown> {
    return this.#client.run(MANAGEMENT, 'ModifyResourceSettings', {
      ResourceSettings: [instanceText(className, { InstanceID: id, ...values })],
    });
  }

  remove(className: string, id: string): Promise<unknown> {
    return this.#client.run(MANAGEMENT, 'RemoveResourceSettings', { ResourceSettings: [pathOf(className, id)] });
  }

  async value(className: string, id: string, property: string): Promise<string | null> {
    const object = await this.#client.get({ className, selectors: { InstanceID: id } });
    return textOf(object.properties[property]);
  }

  async enabledState(): Promise<number> {
    return numberOf((await this.#client.get(this.reference)).properties['EnabledState']);
  }
}

for (const hypervisor of ['simulated', 'qemu'] as const) {
  describe(`lifecycle §8: what a running machine may, over the wire, ${hypervisor}`, () => {
    test('disks come and go, media change, adapters connect, limits hold; saved and restored with all of it', async () => {
      await using service = await Service.start({ hypervisor });
      const client = service.client();
      const folder = join(service.dataDirectory, 'disks');
      mkdirSync(folder, { recursive: true });
      const file = (name: string): string => join(folder, name);
      const create = (...args: string[]): void =>
        void execFileSync('qemu-img', ['create', '-q', ...args.slice(0, -1), file(args.at(-1) ?? ''), '16M']);
      for (const name of ['a.qcow2', 'b.qcow2', 'base.qcow2']) create('-f', 'qcow2', name);
      create('-f', 'qcow2', '-b', file('base.qcow2'), '-F', 'qcow2', 'overlay.qcow2');
      create('-f', 'vhdx', 'd.vhdx');
      for (const name of ['1.iso', '2.iso']) writeFileSync(file(name), Buffer.alloc(1_048_576));

      const machine = await Machine.define(client);
      const memory = `Microsoft:${machine.id}\\${MEMORY}`;
      await machine.modify('Msvm_MemorySettingData', memory, { VirtualQuantity: 256 });
      const controller = await machine.add(RASD, {
        ResourceType: 6,
        ResourceSubType: 'Microsoft:Hyper-V:Synthetic SCSI Controller',
      });
      await machine.image(await machine.drive(controller, 0), file('a.qcow2'));
      const dvd = await machine.drive(controller, 1, 16);
      const medium = await machine.image(dvd, file('1.iso'));
      await machine.request(2);

      const plain = await machine.image(await machine.drive(controller, 2), file('b.qcow2'));
      const overlayDrive = await machine.drive(controller, 3);
      const overlay = await machine.image(overlayDrive, file('overlay.qcow2'));
      const servedDrive = await machine.drive(controller, 4);
      await machine.image(servedDrive, file('d.vhdx'));
      // The file is in use by another drive: refused with the code that clients look for, and nothing is left of it.
      const spare = await machine.drive(controller, 5);
      await assert.rejects(machine.image(spare, file('b.qcow2')), /in use|using the file/);
      await machine.remove(RASD, spare);

      await machine.modify(SASD, plain, { IOPSLimit: 500 });
      assert.equal(await machine.value(SASD, plain, 'IOPSLimit'), '500');
      await machine.modify(SASD, medium, { HostResource: [file('2.iso')] });
      await machine.remove(SASD, medium);
      await machine.image(dvd, file('1.iso'));

      await machine.remove(SASD, overlay);
      await machine.remove(RASD, servedDrive);
      // All of the chain was let go, so that it can come back.
      await machine.image(overlayDrive, file('overlay.qcow2'));

      const adapter = await machine.add(ADAPTER, {
        ResourceType: 10,
        ResourceSubType: 'Microsoft:Hyper-V:Synthetic Ethernet Port',
      });
      const [ethernetSwitch] = await Array.fromAsync(
        client.query('SELECT CreationClassName, Name FROM Msvm_VirtualEthernetSwitch'),
      );
      const name = textOf(ethernetSwitch?.properties['Name']) ?? '';
      const switchPath = `\\\\.\\root\\virtualization\\v2:Msvm_VirtualEthernetSwitch.CreationClassName="Msvm_VirtualEthernetSwitch",Name="${name}"`;
      const connection = await machine.add(CONNECTION, {
        ResourceType: 33,
        ResourceSubType: 'Microsoft:Hyper-V:Ethernet Connection',
        Parent: pathOf(ADAPTER, adapter),
        HostResource: [switchPath],
      });
      await machine.modify(CONNECTION, connection, { HostResource: [] });
      await machine.modify(CONNECTION, connection, { HostResource: [switchPath] });
      await machine.modify(CONNECTION, connection, { EnabledState: 3 });

      await machine.modify('Msvm_MemorySettingData', memory, { VirtualQuantity: 192 });
      await assert.rejects(machine.modify('Msvm_MemorySettingData', memory, { VirtualQuantity: 4096 }), /Turn it off/);
      assert.equal(await machine.value('Msvm_MemorySettingData', memory, 'VirtualQuantity'), '192');
      await machine.modify('Msvm_SerialPortSettingData', `Microsoft:${machine.id}\\${COM1}`, {
        Connection: ['\\\\.\\pipe\\live'],
      });

      await machine.request(6);
      assert.equal(await machine.enabledState(), 6);
      await machine.request(2);
      assert.equal(await machine.enabledState(), 2);
      await machine.image(await machine.drive(controller, 6), file('d.vhdx'));
      await machine.request(3);
      client.close();
    });
  });
}
