import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { guidOf, HyperVClient, settingText, SUB_TYPE } from '../../kit/hyperv-client.ts';
import { openWorld } from '../../kit/hyperv-world.ts';

describe('Msvm_ComputerSystem.RequestStateChange (lifecycle §2)', () => {
  test('L1 off, RSC 2: 4096; job type 12 ends 7; EnabledState 2; RequestedState 12', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'start' });
    const job = await client.succeed(await client.state(system, 2));
    assert.equal(job?.get('JobType'), 12);
    assert.equal(job?.get('PercentComplete'), 100);
    assert.equal(job?.get('ErrorCode'), 0);
    const instance = await client.get(system);
    assert.equal(instance.get('EnabledState'), 2);
    assert.equal(instance.get('RequestedState'), 12);
  });

  test('L2, L3, L4, L7 pause, resume, save, restore, reset, discard', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'life' });
    const steps = [
      [2, 2],
      [9, 9],
      [2, 2],
      [11, 2],
      [6, 6],
      [2, 2],
      [6, 6],
      [3, 3],
    ] as const;
    for (const [request, expected] of steps) {
      await client.succeed(await client.state(system, request));
      assert.equal(await client.enabledState(system), expected, `after ${request}`);
    }
  });

  test('L5, L6 what the state forbids is 32775 without a job, an unknown number 32773', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'codes' });
    for (const request of [3, 4, 6, 9, 10, 11]) {
      const result = await client.state(system, request);
      assert.equal(result.returnValue, 32775, String(request));
      assert.equal(result.out['Job'], null);
    }
    for (const request of [0, 1, 5, 12, 99]) assert.equal((await client.state(system, request)).returnValue, 32773);
    assert.equal((await client.invoke(system, 'RequestStateChange')).returnValue, 32773);
  });

  test('the host: 32770; an unknown VM: a fault', async () => {
    await using world = await openWorld();
    const { client } = world;
    const host = (
      await client.one(`SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Hosting Computer System'`)
    ).path();
    assert.equal((await client.state(host ?? assert.fail(), 2)).returnValue, 32770);
    const unknown = world.path('Msvm_ComputerSystem', {
      CreationClassName: 'Msvm_ComputerSystem',
      Name: world.unknownId,
    });
    await assert.rejects(client.state(unknown, 2), { code: 'notFound' });
  });

  test('any TimeoutPeriod is accepted and ignored', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'timeout' });
    const args = { RequestedState: 2, TimeoutPeriod: '00000000000001.000000:000' };
    await client.succeed(await client.invoke(system, 'RequestStateChange', args));
  });

  test('K8 an operator changes power states and defines nothing, a viewer neither: 32769', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'roles' });
    const viewer = client.as('viewer');
    const operator = client.as('operator');
    assert.equal((await viewer.state(system, 2)).returnValue, 32769);
    await operator.succeed(await operator.state(system, 2));
    const SystemSettings = settingText('Msvm_VirtualSystemSettingData', { ElementName: 'no' });
    for (const caller of [viewer, operator]) {
      assert.equal((await caller.call('DefineSystem', { SystemSettings })).returnValue, 32769);
      assert.equal((await caller.call('DestroySystem', { AffectedSystem: system })).returnValue, 32769);
    }
  });

  test('NMI: running 0, off 32775, the host 32770; replication 32770', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'nmi' });
    assert.equal((await client.invoke(system, 'InjectNonMaskableInterrupt')).returnValue, 32775);
    await client.succeed(await client.state(system, 2));
    assert.equal((await client.invoke(system, 'InjectNonMaskableInterrupt')).returnValue, 0);
    assert.equal((await client.invoke(system, 'InjectNonMaskableInterruptEx', { Vtl: 0 })).returnValue, 0);
    assert.equal(
      (await client.invoke(system, 'RequestReplicationStateChange', { RequestedState: 2 })).returnValue,
      32770,
    );
    assert.equal((await client.invoke(system, 'SetPowerState', { PowerState: 1 })).returnValue, 1);
  });
});

describe('jobs (jobs-and-errors §6)', () => {
  const finishedStart = async (client: HyperVClient) => {
    const system = await client.define({ ElementName: 'job' });
    const job = await client.finished(await client.state(system, 2));
    return job.path() ?? assert.fail();
  };

  test('J2 success: GetErrorEx NULL, GetError NULL', async () => {
    await using world = await openWorld();
    const { client } = world;
    const job = await finishedStart(client);
    assert.deepEqual(await client.invoke(job, 'GetErrorEx'), { returnValue: 0, out: { Errors: null } });
    assert.deepEqual(await client.invoke(job, 'GetError'), { returnValue: 0, out: { Error: null } });
  });

  test('J5 by WQL InstanceID and by a path with / everywhere: the same object', async () => {
    await using world = await openWorld();
    const { client } = world;
    const path = await finishedStart(client);
    const id = String(path.key('InstanceID'));
    const byQuery = await client.one(`select * from Msvm_ConcreteJob where InstanceID = '${id}'`);
    const bySlashes = await client.get(client.text(path).replaceAll('\\', '/'));
    assert.deepEqual(bySlashes.values['InstanceID'], byQuery.values['InstanceID']);
  });

  test('J7, J8 RequestStateChange 5 on finished: 4097; KillJob: 1; a wrong number: 5', async () => {
    await using world = await openWorld();
    const { client } = world;
    const job = await finishedStart(client);
    for (const [method, args, code, why] of [
      ['RequestStateChange', { RequestedState: 5 }, 4097, /has ended/],
      ['KillJob', { DeleteOnKill: true }, 1, /RequestStateChange with 5/],
      ['RequestStateChange', { RequestedState: 99 }, 5, /4 \(terminate\) or 5 \(kill\)/],
      ['RequestStateChange', {}, 5, /4 \(terminate\) or 5 \(kill\)/],
    ] as const) {
      const refused = await client.invoke(job, method, args);
      assert.equal(refused.returnValue, code);
      assert.match(String(refused.extended?.get('Message')), why);
    }
  });

  test('J3, J11, E8, A17 a failed job: 10, texts that the sample reads, FormatError joins them', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'broken', VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2' });
    const file = await world.disk('gone.img');
    const controller = await client.add(
      system,
      settingText('Msvm_ResourceAllocationSettingData', { ResourceType: 6, ResourceSubType: SUB_TYPE.scsi }),
    );
    const drive = await client.add(
      system,
      settingText('Msvm_ResourceAllocationSettingData', {
        ResourceType: 17,
        ResourceSubType: SUB_TYPE.diskDrive,
        Parent: client.text(controller),
        AddressOnParent: 0,
      }),
    );
    await client.add(
      system,
      settingText('Msvm_StorageAllocationSettingData', {
        ResourceType: 31,
        ResourceSubType: SUB_TYPE.hardDisk,
        Parent: client.text(drive),
        HostResource: [file],
      }),
    );
    await world.removeFile(file);
    const job = await client.finished(await client.state(system, 2));
    assert.equal(job.get('JobState'), 10);
    assert.notEqual(job.get('ErrorCode'), 0);
    assert.match(String(job.get('ErrorDescription')), /gone\.img/);
    assert.equal(await client.enabledState(system), 3);
    const errors = (await client.invoke(job.path() ?? assert.fail(), 'GetErrorEx')).out['Errors'];
    assert.ok(Array.isArray(errors) && errors.length >= 1);
    const messages = (errors as readonly string[]).map((text) => sampleReader(text)['Message']);
    for (const message of messages) assert.ok(message !== undefined && message.length > 0);
    const source = sampleReader(errors[0] as string)['ErrorSource'] ?? assert.fail('a source');
    assert.equal((await client.get(source)).get('InstanceID'), drive.key('InstanceID'));
    const formatted = await client.call('FormatError', { Errors: errors });
    assert.equal(formatted.returnValue, 0);
    assert.equal(formatted.out['ErrorMessage'], messages.join('\n\n'));
  });

  test('J9 Msvm_AffectedJobElement of the VM leads to the job', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'affected' });
    const job = await client.finished(await client.state(system, 2));
    const jobs = await client.related(system, 'Msvm_ConcreteJob', 'Msvm_AffectedJobElement');
    assert.ok(jobs.some((found) => found.get('InstanceID') === job.get('InstanceID')));
  });
});

/** The sample's reader (embedded-instances §3): attribute 0 of PROPERTY is NAME, VALUE follows at once. */
const sampleReader = (text: string): Record<string, string> => {
  const values: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/<PROPERTY NAME="([^"]+)" [^>]*><VALUE>([^<]*)<\/VALUE>/g)) {
    values[name ?? ''] = (value ?? '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&');
  }
  assert.match(text, /^<INSTANCE CLASSNAME="Msvm_Error">/);
  return values;
};

describe('devices of a running system (lifecycle §6, other-services §6)', () => {
  const device = async (client: HyperVClient, className: string, id: string) =>
    (await client.query(`SELECT * FROM ${className} WHERE SystemName = '${id}'`))[0]?.path();

  test('A6, L8 soft shutdown: InitiateShutdown 0, later EnabledState 3, and the component is gone', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'soft' });
    await client.succeed(await client.state(system, 2));
    const component = (await device(client, 'Msvm_ShutdownComponent', guidOf(system))) ?? assert.fail('a component');
    const result = await client.invoke(component, 'InitiateShutdown', { Force: false, Reason: 'test' });
    assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
    await world.until(async () => (await client.enabledState(system)) === 3);
    assert.equal(await device(client, 'Msvm_ShutdownComponent', guidOf(system)), undefined);
  });

  test('hibernation is 32770, control of the device 1', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'hibernate' });
    await client.succeed(await client.state(system, 2));
    const component = (await device(client, 'Msvm_ShutdownComponent', guidOf(system))) ?? assert.fail('a component');
    assert.equal((await client.invoke(component, 'InitiateHibernate')).returnValue, 32770);
    assert.equal((await client.invoke(component, 'Reset')).returnValue, 1);
    assert.equal((await client.invoke(component, 'RequestStateChange', { RequestedState: 2 })).returnValue, 1);
  });

  test('the keyboard types, remembers what is pressed, and refuses what no key types', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'keys' });
    await client.succeed(await client.state(system, 2));
    const keyboard = (await device(client, 'Msvm_Keyboard', guidOf(system))) ?? assert.fail('a keyboard');
    const isPressed = async (KeyCode: number) =>
      (await client.invoke(keyboard, 'IsKeyPressed', { KeyCode })).out['KeyState'];
    const code = async (method: string, args: Record<string, string | number | readonly number[] | null> = {}) =>
      (await client.invoke(keyboard, method, args)).returnValue;
    assert.equal(await code('TypeText', { AsciiText: 'root\n' }), 0);
    assert.equal(await code('TypeKey', { KeyCode: 0x0d }), 0);
    assert.equal(await code('TypeCtrlAltDel'), 0);
    assert.equal(await code('TypeScancodes', { Scancodes: [0x1e, 0x9e] }), 0);
    assert.equal(await isPressed(0x41), false);
    assert.equal(await code('PressKey', { KeyCode: 0x41 }), 0);
    assert.equal(await isPressed(0x41), true);
    assert.equal(await code('ReleaseKey', { KeyCode: 0x41 }), 0);
    assert.equal(await isPressed(0x41), false);
    assert.equal(await code('TypeText', { AsciiText: 'é' }), 32773);
    assert.equal(await code('TypeText', { AsciiText: 'x'.repeat(10_000) }), 32773);
    assert.equal(await code('TypeText'), 32773);
    for (const KeyCode of [0, 255, 4711]) assert.equal(await code('TypeKey', { KeyCode }), 32773);
    assert.equal(await code('TypeScancodes', { Scancodes: [0xe0] }), 32773);
    assert.equal(await code('TypeScancodes'), 32773);
    const viewer = client.as('viewer');
    assert.equal((await viewer.invoke(keyboard, 'TypeText', { AsciiText: 'x' })).returnValue, 32769);
  });

  test('the pointer goes where it is told, remembers its buttons, and shows it', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'mouse' });
    await client.succeed(await client.state(system, 2));
    const mouse = (await device(client, 'Msvm_SyntheticMouse', guidOf(system))) ?? assert.fail('a mouse');
    const ps2 = (await device(client, 'Msvm_Ps2Mouse', guidOf(system))) ?? assert.fail('a PS/2 mouse');
    const call = async (method: string, args: Readonly<Record<string, number | boolean>> = {}, path = mouse) =>
      (await client.invoke(path, method, args)).returnValue;
    const shown = async () => {
      const found = await client.get(mouse);
      return ['HorizontalPosition', 'VerticalPosition', 'ScrollPosition'].map((name) => found.get(name));
    };
    assert.deepEqual(await shown(), [null, null, 0]);
    assert.equal(await call('SetAbsolutePosition', { HorizontalPosition: 600, VerticalPosition: 0 }), 0);
    assert.equal(await call('SetScrollPosition', { ScrollPositionDelta: -3 }), 0);
    assert.deepEqual(await shown(), [600, 0, -3]);
    const outside = await client.invoke(mouse, 'SetAbsolutePosition', {
      HorizontalPosition: 100_000,
      VerticalPosition: 0,
    });
    assert.equal(outside.returnValue, 32773);
    assert.match(String(outside.extended?.get('Message')), /not on the screen .* \d+ x \d+ pixels/);
    assert.equal(await call('SetAbsolutePosition', { HorizontalPosition: 1 }), 32773);
    assert.deepEqual(await shown(), [600, 0, -3]);

    const isDown = async () => (await client.invoke(mouse, 'GetButtonState', { ButtonIndex: 2 })).out['IsDown'];
    assert.equal(await isDown(), false);
    assert.equal(await call('SetButtonState', { ButtonIndex: 2, IsDown: true }), 0);
    assert.equal(await isDown(), true);
    // One pointer, whichever mouse moves it.
    assert.equal((await client.invoke(ps2, 'GetButtonState', { ButtonIndex: 2 })).out['ButtonState'], true);
    assert.equal(await call('ClickButton', { ButtonIndex: 2 }), 0);
    assert.equal(await isDown(), false);
    for (const ButtonIndex of [0, 6]) assert.equal(await call('ClickButton', { ButtonIndex }), 32773);
    assert.equal(await call('ClickButton'), 32773);
    assert.equal(await call('SetButtonState', { ButtonIndex: 1 }), 32773);
    assert.equal(await call('SetScrollPosition', { ScrollPositionDelta: 1_000_000 }), 32773);

    assert.equal(await call('SetButtonState', { ButtonIndex: 1, ButtonState: true }, ps2), 0);
    assert.equal(await call('SetRelativePosition', { HorizontalDelta: -128, VerticalDelta: 127 }, ps2), 0);
    assert.deepEqual(await shown(), [null, null, -3]);
    assert.equal((await client.as('viewer').invoke(mouse, 'ClickButton', { ButtonIndex: 1 })).returnValue, 32769);
  });

  test('keyboard and mouse of root\\virtualization, whose parameters are spelled differently', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'old' });
    await client.succeed(await client.state(system, 2));
    const old = new HyperVClient(client.broker, 'root\\virtualization');
    const keyboard = (await device(old, 'Msvm_Keyboard', guidOf(system))) ?? assert.fail('a keyboard');
    assert.equal((await old.invoke(keyboard, 'TypeText', { asciiText: 'root' })).returnValue, 0);
    assert.equal((await old.invoke(keyboard, 'PressKey', { keyCode: 0x41 })).returnValue, 0);
    assert.deepEqual((await old.invoke(keyboard, 'IsKeyPressed', { keyCode: 0x41 })).out, { keyState: true });
    // The machine has one keyboard in all namespaces.
    const same = (await device(client, 'Msvm_Keyboard', guidOf(system))) ?? assert.fail('the keyboard of v2');
    assert.equal((await client.invoke(same, 'IsKeyPressed', { KeyCode: 0x41 })).out['KeyState'], true);
    assert.equal((await client.invoke(same, 'ReleaseKey', { KeyCode: 0x41 })).returnValue, 0);
    assert.deepEqual((await old.invoke(keyboard, 'IsKeyPressed', { keyCode: 0x41 })).out, { keyState: false });
    const mouse = (await device(old, 'Msvm_SyntheticMouse', guidOf(system))) ?? assert.fail('a mouse');
    const place = { horizontalPosition: 3, verticalPosition: 4 };
    assert.equal((await old.invoke(mouse, 'SetAbsolutePosition', place)).returnValue, 0);
    assert.deepEqual((await old.invoke(mouse, 'GetButtonState', { buttonIndex: 1 })).out, { isDown: false });
  });
});
