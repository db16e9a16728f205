import assert from 'node:assert/strict';
import { before, after, describe, test } from 'node:test';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { guidOf, pathsOf, RASD, SASD, settingText, SUB_TYPE } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';

type Values = Parameters<typeof settingText>[1];

const PROCESSOR = 'Msvm_ProcessorSettingData';
const MEMORY = 'Msvm_MemorySettingData';
const ADAPTER = 'Msvm_SyntheticEthernetPortSettingData';
const LEGACY_ADAPTER = 'Msvm_EmulatedEthernetPortSettingData';
const VSSD = 'Msvm_VirtualSystemSettingData';
const SERVICE_SETTING = 'Msvm_VirtualSystemManagementServiceSettingData';
const LEGACY = 'Microsoft:Hyper-V:Emulated Ethernet Port';

/** Value, and what the refusal says; null: taken. */
type Case = readonly [values: Values, refusal: RegExp | null];

const MODIFY: readonly (readonly [className: string, cases: readonly Case[]])[] = [
  [
    PROCESSOR,
    [
      [{ VirtualQuantity: 0 }, /from 1 to 240/],
      [{ VirtualQuantity: 1 }, null],
      [{ VirtualQuantity: 240 }, null],
      [{ VirtualQuantity: 241 }, /from 1 to 240/],
      [{ Limit: 0 }, null],
      [{ Limit: 100_001 }, /from 0 to 100000/],
      [{ Reservation: 100_001 }, /from 0 to 100000/],
      [{ Weight: 0 }, /from 1 to 10000/],
      [{ Weight: 10_001 }, /from 1 to 10000/],
    ],
  ],
  [
    MEMORY,
    [
      [{ VirtualQuantity: 0 }, /from 32 to 1048576/],
      [{ VirtualQuantity: 30 }, /from 32 to 1048576/],
      [{ VirtualQuantity: 32 }, null],
      [{ VirtualQuantity: 1025 }, /multiple of 2/],
      [{ VirtualQuantity: 1_048_576 }, null],
      [{ VirtualQuantity: 1_048_578 }, /from 32 to 1048576/],
      [{ Weight: 10_001 }, /from 0 to 10000/],
      [{ TargetMemoryBuffer: 4 }, /from 5 to 2000/],
      [{ TargetMemoryBuffer: 2001 }, /from 5 to 2000/],
      [{ DynamicMemoryEnabled: true, Reservation: 4096, VirtualQuantity: 2048, Limit: 1024 }, /Put them in order/],
    ],
  ],
];

const DEFINE: readonly Case[] = [
  [{ VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:3' }, /SubType:1 or Microsoft:Hyper-V:SubType:2/],
  [{ Version: '4.0' }, /from 5\.0 to 12\.x/],
  [{ Version: '99.0' }, /from 5\.0 to 12\.x/],
  [{ Version: '10' }, /from 5\.0 to 12\.x/],
  [{ Version: '8.0' }, null],
  [{ ElementName: 'x'.repeat(101) }, /at most 100/],
  [{ ElementName: 'x'.repeat(100) }, null],
  [{ ConfigurationDataRoot: '/etc/x' }, /outside of the folders/],
  [{ ConfigurationDataRoot: String.raw`x\y` }, /no full path/],
  [{ BIOSGUID: '9ECB1C2D-0000-4000-8000-0123456789AB' }, /GUID in braces/],
  [{ BootOrder: [1, 1, 2, 3] }, /four different values/],
];

const SERVICE: readonly Case[] = [
  [{ MinimumMacAddress: '00155D8EFFFF', MaximumMacAddress: '00155D8E0000' }, /no range of MAC addresses/],
  [{ MinimumMacAddress: '00155D000000', MaximumMacAddress: '00166D000000' }, /no range of MAC addresses/],
  [{ MinimumMacAddress: 'xyz' }, /12 hexadecimal digits/],
  [{ MinimumWWPNAddress: '12' }, /16 hexadecimal digits/],
  [{ CurrentWWNNAddress: 'zz' }, /16 hexadecimal digits/],
  [{ DefaultExternalDataRoot: 'relative' }, /no full path/],
  [{ DefaultVirtualHardDiskPath: '/etc' }, /outside of the folders/],
];

const MAC: readonly (readonly [given: string, kept: string | null])[] = [
  ['00155D010203', '00155D010203'],
  ['00-15-5D-01-02-03', '00155D010203'],
  ['00:15:5d:01:02:03', '00155D010203'],
  ['00155D0102', null],
  ['ZZ155D010203', null],
  // Addresses of groups are no adapter's.
  ['01155D010203', null],
  ['FFFFFFFFFFFF', null],
  ['000000000000', null],
];

/** What each call may give: inside the limits it is taken, outside it is 32773, says so, and changes nothing. */
describe('limits of settings (management-service §2, object-model §5)', () => {
  let world: HyperVWorld;
  before(async () => {
    world = await openWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  const machine = (generation: 1 | 2): Promise<ObjectPath> =>
    world.client.define({ ElementName: 'limits', VirtualSystemSubType: `Microsoft:Hyper-V:SubType:${generation}` });

  const settle = async (method: string, args: Parameters<HyperVWorld['client']['call']>[1], refusal: RegExp | null) => {
    const stored = await world.stored();
    const result = await world.client.call(method, args);
    if (refusal === null) {
      await world.client.succeed(result);
      return result;
    }
    assert.equal(result.returnValue, 32773);
    assert.match(String(result.extended?.get('Message')), refusal);
    assert.deepEqual(await world.stored(), stored);
    return result;
  };

  /** AddResourceSettings of one element; the path of what was made. */
  const add = async (
    system: ObjectPath,
    className: string,
    values: Values,
    refusal: RegExp | null = null,
  ): Promise<ObjectPath> => {
    const args = { AffectedConfiguration: system, ResourceSettings: [settingText(className, values)] };
    const { out } = await settle('AddResourceSettings', args, refusal);
    return refusal === null ? (pathsOf(out['ResultingResourceSettings'])[0] ?? assert.fail()) : system;
  };

  const show = (values: Values): string => JSON.stringify(values).slice(0, 70);

  for (const [className, cases] of MODIFY) {
    for (const [values, refusal] of cases) {
      test(`${className} ${show(values)}: ${refusal === null ? 'taken' : 'refused'}`, async () => {
        const system = await machine(1);
        const InstanceID = String((await world.client.resource(system, className)).get('InstanceID'));
        const text = settingText(className, { InstanceID, ...values });
        await settle('ModifyResourceSettings', { ResourceSettings: [text] }, refusal);
      });
    }
  }

  for (const [values, refusal] of DEFINE) {
    test(`DefineSystem ${show(values)}: ${refusal === null ? 'taken' : 'refused'}`, async () => {
      await settle('DefineSystem', { SystemSettings: settingText(VSSD, values) }, refusal);
    });
  }

  for (const [values, refusal] of SERVICE) {
    test(`ModifyServiceSettings ${show(values)}: refused`, async () => {
      await settle('ModifyServiceSettings', { SettingData: settingText(SERVICE_SETTING, values) }, refusal);
    });
  }

  for (const [given, kept] of MAC) {
    test(`a static MAC address ${given}: ${kept ?? 'refused'}`, async () => {
      const values = { ResourceType: 10, ResourceSubType: SUB_TYPE.ethernet, Address: given, StaticMacAddress: true };
      const made = await add(await machine(2), ADAPTER, values, kept === null ? /12 hexadecimal digits/ : null);
      if (kept !== null) assert.equal((await world.client.get(made)).get('Address'), kept);
    });
  }

  test('slots and kinds of drives, and how many there are of each', async () => {
    const { client } = world;
    const [first, second] = [await machine(1), await machine(2)];
    const ide = client.text(
      world.path(RASD, { InstanceID: `Microsoft:${guidOf(first)}\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0` }),
    );
    const drive = (parent: string, slot: number | null, type: 16 | 17 = 17): Values => ({
      ResourceType: type,
      ResourceSubType: type === 16 ? SUB_TYPE.dvdDrive : SUB_TYPE.diskDrive,
      Parent: parent,
      ...(slot === null ? {} : { AddressOnParent: slot }),
    });
    const image = (parent: ObjectPath | string, file: string, subType: string = SUB_TYPE.hardDisk): Values => ({
      ResourceType: 31,
      ResourceSubType: subType,
      Parent: typeof parent === 'string' ? parent : client.text(parent),
      HostResource: [file],
    });

    for (const system of [first, second])
      await add(system, RASD, { ResourceType: 5, ResourceSubType: SUB_TYPE.ide }, /at most 2|does not exist/);
    const controllers: ObjectPath[] = [];
    for (let n = 0; n < 4; n++)
      controllers.push(await add(first, RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }));
    await add(first, RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }, /at most 4/);
    const scsi = client.text(controllers[0] ?? assert.fail());

    await add(first, RASD, drive(ide, 2), /slots are 0 to 1/);
    await add(first, RASD, drive(scsi, 64), /slots are 0 to 63/);
    await add(first, RASD, drive(scsi, 63));
    await add(first, RASD, drive(scsi, 1, 16), /needs generation 2/);
    // Without a slot: the lowest free one.
    const disk = await add(first, RASD, drive(ide, null));
    assert.equal((await client.get(disk)).get('AddressOnParent'), '0');
    const dvd = await add(first, RASD, drive(ide, 1, 16));

    const file = await world.disk('limits.img');
    await add(first, SASD, image(dvd, file), /does not fit below DVD Drive/);
    await add(first, SASD, image(disk, file, SUB_TYPE.dvdDisk), /does not fit below Hard Drive/);
    await add(first, SASD, image(ide, file), /does not fit below IDE Controller/);
    await add(
      first,
      SASD,
      { ResourceType: 31, ResourceSubType: SUB_TYPE.hardDisk, HostResource: [file] },
      /needs a Parent/,
    );
    await add(first, SASD, { ...image(disk, file), HostResource: [file, file] }, /one path/);
    await add(first, SASD, image(disk, file));
    await add(first, SASD, image(disk, await world.disk('second.img')), /already holds a disk/);
  });

  test('eight adapters and four of the old kind, which generation 2 has not; one connection each', async () => {
    const [first, second] = [await machine(1), await machine(2)];
    const synthetic = { ResourceType: 10, ResourceSubType: SUB_TYPE.ethernet };
    const old = { ResourceType: 10, ResourceSubType: LEGACY };
    const adapters: ObjectPath[] = [];
    for (let n = 0; n < 8; n++) adapters.push(await add(first, ADAPTER, synthetic));
    await add(first, ADAPTER, synthetic, /at most 8/);
    for (let n = 0; n < 4; n++) await add(first, LEGACY_ADAPTER, old);
    await add(first, LEGACY_ADAPTER, old, /at most 4/);
    await add(second, LEGACY_ADAPTER, old, /does not exist in a generation 2/);
    const connection = {
      ResourceType: 33,
      ResourceSubType: SUB_TYPE.connection,
      Parent: world.client.text(adapters[0] ?? assert.fail()),
    };
    await add(first, 'Msvm_EthernetPortAllocationSettingData', connection);
    await add(first, 'Msvm_EthernetPortAllocationSettingData', connection, /already has a connection/);
    const nowhere = {
      ...connection,
      Parent: world.client.text(adapters[1] ?? assert.fail()),
      HostResource: ['no switch'],
    };
    await add(first, 'Msvm_EthernetPortAllocationSettingData', nowhere, /no switch of this host/);
  });
});
