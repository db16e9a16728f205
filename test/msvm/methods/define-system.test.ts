import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { guidOf, pathOf, RASD, settingText, SUB_TYPE } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

const VSSD = 'Msvm_VirtualSystemSettingData';

const countOf = async (client: Awaited<ReturnType<typeof openWorld>>['client']): Promise<number> =>
  (await client.query('SELECT * FROM Msvm_ComputerSystem')).length;

describe('DefineSystem (management-service §2)', () => {
  test('M1 DefineSystem with only ElementName: 0, path; object graph of Gen1 defaults complete', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'web1' });
    const instance = await client.get(system);
    assert.equal(instance.get('ElementName'), 'web1');
    assert.equal(instance.get('EnabledState'), 3);
    const settings = await client.settings(system);
    assert.equal(settings.get('VirtualSystemSubType'), 'Microsoft:Hyper-V:SubType:1');
    assert.equal(settings.get('InstanceID'), `Microsoft:${guidOf(system)}`);
    const resources = await client.resources(system, 'CIM_ResourceAllocationSettingData');
    const kinds = resources.map((resource) => resource.get('ResourceSubType') || resource.get('OtherResourceType'));
    for (const wanted of [
      'Microsoft:Hyper-V:Processor',
      'Microsoft:Hyper-V:Memory',
      'Microsoft:Hyper-V:Shutdown Component',
      'Microsoft:Hyper-V:Synthetic Mouse',
      'Microsoft:Hyper-V:Synthetic Display Controller',
    ]) {
      assert.ok(kinds.includes(wanted), wanted);
    }
    assert.equal(kinds.filter((kind) => kind === SUB_TYPE.ide).length, 2);
    assert.equal(kinds.includes(SUB_TYPE.scsi), false);
  });

  test('M2 DefineSystem SubType:2 + Notes: Gen2 defaults; Notes returned', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({
      ElementName: 'web2',
      VirtualSystemSubtype: 'microsoft:hyper-v:subtype:2',
      Notes: ['a', 'b'],
    });
    const settings = await client.settings(system);
    assert.deepEqual(settings.get('Notes'), ['a', 'b']);
    assert.equal(settings.get('VirtualSystemSubType'), 'Microsoft:Hyper-V:SubType:2');
    assert.equal(settings.get('SecureBootEnabled'), true);
    assert.deepEqual(settings.get('BootSourceOrder'), []);
    const controllers = (await client.resources(system, RASD)).map((resource) => resource.get('ResourceSubType'));
    assert.equal(controllers.includes(SUB_TYPE.ide), false);
  });

  test('M3 DefineSystem "" / garbage / wrong class: 32773, nothing created', async () => {
    await using world = await openWorld();
    const { client } = world;
    const before = await countOf(client);
    const bad = [
      null,
      '',
      '   ',
      'garbage',
      '<INSTANCE',
      '<INSTANCE CLASSNAME=""></INSTANCE>',
      settingText('Msvm_NoSuchClass', { ElementName: 'x' }),
      settingText('Msvm_MemorySettingData', { ElementName: 'x' }),
      settingText('Msvm_VirtualEthernetSwitchSettingData', { ElementName: 'x' }),
      settingText(VSSD, { ElementName: 'x', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:3' }),
      settingText(VSSD, { ElementName: 'x'.repeat(101) }),
      settingText(VSSD, { ElementName: 'x', Version: '99.0' }),
    ];
    for (const SystemSettings of bad) {
      const result = await client.call('DefineSystem', { SystemSettings });
      assert.equal(result.returnValue, 32773, String(SystemSettings).slice(0, 80));
      assert.equal(result.out['ResultingSystem'], null);
      assert.equal(result.out['Job'], null);
      assert.ok(String(result.extended?.get('Message')).length > 0, 'a reason');
    }
    assert.equal(await countOf(client), before);
  });

  test('a value that its type cannot hold is 32776', async () => {
    await using world = await openWorld();
    const text = settingText(VSSD, { ElementName: 'x', AutomaticStartupAction: 'soon' });
    assert.equal((await world.client.call('DefineSystem', { SystemSettings: text })).returnValue, 32776);
  });

  test('ResourceSettings: memory and processor replace the defaults, other types are added', async () => {
    await using world = await openWorld();
    const { client } = world;
    const result = await client.call('DefineSystem', {
      SystemSettings: settingText(VSSD, { ElementName: 'web3' }),
      ResourceSettings: [
        settingText('Msvm_MemorySettingData', { VirtualQuantity: 2048 }),
        settingText('Msvm_ProcessorSettingData', { VirtualQuantity: 2 }),
        settingText(RASD, { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }),
      ],
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const system = pathOf(result.out['ResultingSystem']);
    assert.equal((await client.resource(system, 'Msvm_MemorySettingData')).get('VirtualQuantity'), 2048n);
    assert.equal((await client.resource(system, 'Msvm_ProcessorSettingData')).get('VirtualQuantity'), 2n);
    const subTypes = (await client.resources(system, RASD)).map((resource) => resource.get('ResourceSubType'));
    assert.equal(subTypes.filter((subType) => subType === SUB_TYPE.scsi).length, 1);
  });

  test('one bad resource and nothing is defined', async () => {
    await using world = await openWorld();
    const { client } = world;
    const before = await countOf(client);
    const result = await client.call('DefineSystem', {
      SystemSettings: settingText(VSSD, { ElementName: 'web4' }),
      ResourceSettings: [settingText(RASD, { ResourceType: 6, ResourceSubType: 'Microsoft:Hyper-V:No Such Thing' })],
    });
    assert.equal(result.returnValue, 32773);
    assert.equal(await countOf(client), before);
  });

  test('a Parent that names another element of the same call is resolved', async () => {
    await using world = await openWorld();
    const { client } = world;
    const id = 'Microsoft:Definition\\new-controller';
    const result = await client.call('DefineSystem', {
      SystemSettings: settingText(VSSD, { ElementName: 'web5', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' }),
      ResourceSettings: [
        settingText(RASD, { InstanceID: id, ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }),
        settingText(RASD, { ResourceType: 17, ResourceSubType: SUB_TYPE.diskDrive, Parent: id, AddressOnParent: 3 }),
      ],
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const resources = await client.resources(pathOf(result.out['ResultingSystem']), RASD);
    const controller = resources.find((resource) => resource.get('ResourceSubType') === SUB_TYPE.scsi);
    const drive = resources.find((resource) => resource.get('ResourceSubType') === SUB_TYPE.diskDrive);
    assert.equal(drive?.get('Parent'), client.text(controller?.path() ?? assert.fail('a controller')));
    assert.equal(drive?.get('AddressOnParent'), '3');
  });

  test('ReferenceConfiguration gives what the input leaves out; an unknown one is 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const first = await client.define({ ElementName: 'first', Notes: ['from here'] });
    const reference = (await client.settings(first)).path();
    const SystemSettings = settingText(VSSD, { ElementName: 'second' });
    const result = await client.call('DefineSystem', { SystemSettings, ReferenceConfiguration: reference });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const settings = await client.settings(pathOf(result.out['ResultingSystem']));
    assert.equal(settings.get('ElementName'), 'second');
    assert.deepEqual(settings.get('Notes'), ['from here']);
    assert.notEqual(settings.get('BIOSGUID'), (await client.settings(first)).get('BIOSGUID'));
  });

  test('a definition as ReferenceConfiguration gives its values', async () => {
    await using world = await openWorld();
    const { client } = world;
    const template = await client.one(
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE ElementName = 'MicrosoftUEFICertificateAuthority'`,
    );
    const result = await client.call('DefineSystem', {
      SystemSettings: settingText(VSSD, { ElementName: 'linux' }),
      ReferenceConfiguration: template.path(),
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const settings = await client.settings(pathOf(result.out['ResultingSystem']));
    assert.equal(settings.get('ElementName'), 'linux');
    assert.equal(settings.get('SecureBootTemplateId'), template.get('SecureBootTemplateId'));
    assert.equal(settings.get('VirtualSystemSubType'), 'Microsoft:Hyper-V:SubType:2');
  });

  test('DefinePlannedSystem makes a plan, which has no power and is destroyed at once', async () => {
    await using world = await openWorld();
    const { client } = world;
    const result = await client.call('DefinePlannedSystem', {
      SystemSettings: settingText(VSSD, { ElementName: 'plan1' }),
    });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    const plan = pathOf(result.out['ResultingSystem']);
    assert.equal(plan.className, 'Msvm_PlannedComputerSystem');
    assert.equal((await client.state(plan, 2)).returnValue, 32775);
    assert.equal((await client.call('DestroySystem', { AffectedSystem: plan })).returnValue, 0);
    assert.deepEqual(await client.query('SELECT * FROM Msvm_PlannedComputerSystem'), []);
  });

  test('forceAsync: 4096, ResultingSystem NULL, the VM is found behind the job', async () => {
    await using world = await openWorld({ forceAsync: true });
    const { client } = world;
    const result = await client.call('DefineSystem', { SystemSettings: settingText(VSSD, { ElementName: 'later' }) });
    assert.equal(result.returnValue, 4096);
    assert.equal(result.out['ResultingSystem'], null);
    const job = await client.succeed(result);
    assert.equal(job?.get('JobType'), 1);
    const made = await client.related(job?.path() ?? assert.fail(), 'Msvm_ComputerSystem', 'Msvm_AffectedJobElement');
    assert.deepEqual(
      made.map((system) => system.get('ElementName')),
      ['later'],
    );
  });
});

describe('DestroySystem (lifecycle §9)', () => {
  test('off: a job; afterwards neither system nor settings', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'gone' });
    const job = await client.succeed(await client.call('DestroySystem', { AffectedSystem: system }));
    assert.equal(job?.get('JobType'), 3);
    await assert.rejects(client.get(system), { code: 'notFound' });
    assert.deepEqual(
      await client.query(`SELECT * FROM CIM_SettingData WHERE InstanceID LIKE 'Microsoft:${guidOf(system)}%'`),
      [],
    );
  });

  test('L9 running: 32775; VM untouched', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'busy' });
    await client.succeed(await client.state(system, 2));
    assert.equal((await client.call('DestroySystem', { AffectedSystem: system })).returnValue, 32775);
    assert.equal(await client.enabledState(system), 2);
  });

  test('the host, an unknown system, settings and a system of another namespace: 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'stays' });
    const host = (
      await client.one(`SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Hosting Computer System'`)
    ).path();
    const settings = (await client.settings(system)).path();
    const unknown = world.path('Msvm_ComputerSystem', {
      CreationClassName: 'Msvm_ComputerSystem',
      Name: world.unknownId,
    });
    const elsewhere = world.path(
      'Msvm_ComputerSystem',
      { CreationClassName: 'Msvm_ComputerSystem', Name: guidOf(system) },
      'root\\virtualization',
    );
    for (const AffectedSystem of [host, settings, unknown, elsewhere, null]) {
      assert.equal((await client.call('DestroySystem', { AffectedSystem })).returnValue, 32773);
    }
    assert.equal(await client.enabledState(system), 3);
  });
});

describe('ModifySystemSettings (management-service §2)', () => {
  test('M14 the same text as read back: 0, no change, no event', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'same' });
    const settings = await client.settings(system);
    const before = world.revision(guidOf(system));
    const result = await client.call('ModifySystemSettings', { SystemSettings: world.print(settings) });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    assert.equal(world.revision(guidOf(system)), before);
  });

  test('M15 unknown or missing InstanceID: 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'known' });
    for (const values of [
      { InstanceID: `Microsoft:${world.unknownId}` },
      { InstanceID: 'nonsense' },
      { VirtualSystemIdentifier: guidOf(system) },
      {},
    ]) {
      const text = settingText(VSSD, { ...values, ElementName: 'renamed' });
      assert.equal((await client.call('ModifySystemSettings', { SystemSettings: text })).returnValue, 32773);
    }
    assert.equal((await client.get(system)).get('ElementName'), 'known');
  });

  test('a rename shows on the settings and on the VM; InstanceID in any case, backslash single or doubled', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'old' });
    const InstanceID = `microsoft:${guidOf(system).toLowerCase()}`;
    const text = settingText(VSSD, { InstanceID, ElementName: 'new' });
    assert.equal((await client.call('ModifySystemSettings', { SystemSettings: text })).returnValue, 0);
    assert.equal((await client.get(system)).get('ElementName'), 'new');
    assert.equal((await client.settings(system)).get('ElementName'), 'new');
  });

  test('E3 NULL leaves Notes as they are, a value changes them', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'noted', Notes: ['keep'] });
    const InstanceID = `Microsoft:${guidOf(system)}`;
    for (const [Notes, expected] of [
      [null, ['keep']],
      [['changed'], ['changed']],
    ] as const) {
      const text = settingText(VSSD, { InstanceID, Notes });
      assert.equal((await client.call('ModifySystemSettings', { SystemSettings: text })).returnValue, 0);
      assert.deepEqual((await client.settings(system)).get('Notes'), expected);
    }
  });

  test('BootSourceOrder: upper-cased entries are taken, unknown ones are refused with 0x80070490', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'boot', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
    for (const ElementName of ['nic1', 'nic2']) {
      await client.add(
        system,
        settingText('Msvm_SyntheticEthernetPortSettingData', { ElementName, ResourceSubType: SUB_TYPE.ethernet }),
      );
    }
    const InstanceID = `Microsoft:${guidOf(system)}`;
    const order = (await client.settings(system)).get('BootSourceOrder') as readonly string[];
    assert.equal(order.length, 2);
    const reversed = order.toReversed();
    const modify = (BootSourceOrder: readonly string[]) =>
      client.call('ModifySystemSettings', { SystemSettings: settingText(VSSD, { InstanceID, BootSourceOrder }) });
    assert.equal((await modify(reversed.map((path) => path.toUpperCase()))).returnValue, 0);
    assert.deepEqual((await client.settings(system)).get('BootSourceOrder'), reversed);
    const refused = await modify([reversed[0] ?? '', `${reversed[1]}x`]);
    assert.equal(refused.returnValue, 32773);
    assert.match(String(refused.extended?.get('Message')), /0x80070490/);
    assert.deepEqual((await client.settings(system)).get('BootSourceOrder'), reversed);
  });

  test('Remove and AddBootSourceSettings: the device stays, its entry goes and comes back at the end', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'boot', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
    for (const ElementName of ['nic1', 'nic2']) {
      await client.add(
        system,
        settingText('Msvm_SyntheticEthernetPortSettingData', { ElementName, ResourceSubType: SUB_TYPE.ethernet }),
      );
    }
    const order = (await client.settings(system)).get('BootSourceOrder') as readonly string[];
    const first = await client.get(order[0] ?? '');
    const removed = await client.call('RemoveBootSourceSettings', { BootSourceSettings: [first.path()] });
    assert.equal(removed.returnValue, 0, String(removed.extended?.get('Message')));
    assert.deepEqual((await client.settings(system)).get('BootSourceOrder'), [order[1]]);
    assert.equal((await client.resources(system, 'Msvm_SyntheticEthernetPortSettingData')).length, 2);
    const again = await client.call('RemoveBootSourceSettings', { BootSourceSettings: [first.path()] });
    assert.equal(again.returnValue, 32773);
    const added = await client.call('AddBootSourceSettings', {
      AffectedConfiguration: (await client.settings(system)).path(),
      BootSourceSettings: [world.print(first)],
    });
    assert.equal(added.returnValue, 0, String(added.extended?.get('Message')));
    assert.deepEqual((await client.settings(system)).get('BootSourceOrder'), order.toReversed());
  });
});
