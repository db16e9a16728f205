import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import type { MethodResult } from '../../../src/cim/operations.ts';
import { guidOf, type HyperVClient, pathOf, settingText } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';

const SETTING = 'Msvm_CopyFileToGuestSettingData';
const INTERFACE = 'Msvm_GuestServiceInterfaceComponent';

const refused = (result: MethodResult, code: number, why: RegExp): void => {
  assert.equal(result.returnValue, code, String(result.extended?.get('Message')));
  assert.match(String(result.extended?.get('Message')), why);
};
const enable = async (client: HyperVClient, machine: ObjectPath, EnabledState: number): Promise<void> => {
  const className = `${INTERFACE}SettingData`;
  const InstanceID = String((await client.resource(machine, className)).get('InstanceID'));
  const result = await client.call('ModifyGuestServiceSettings', {
    GuestServiceSettings: [settingText(className, { InstanceID, EnabledState })],
  });
  assert.equal(result.returnValue, 0, String(result.extended?.get('Message')));
};
/** As the IntegrationServices sample finds it (client-usage). */
const serviceOf = async (client: HyperVClient, machine: ObjectPath): Promise<ObjectPath> => {
  const [component] = await client.related(machine, INTERFACE);
  const [service] = await client.related(
    pathOf(component?.path()),
    'Msvm_GuestFileService',
    'Msvm_RegisteredGuestService',
  );
  return pathOf(service?.path());
};
const runningMachine = async (world: HyperVWorld): Promise<{ machine: ObjectPath; service: ObjectPath }> => {
  const { client } = world;
  const machine = await client.define({ ElementName: 'guest' });
  await enable(client, machine, 2);
  await client.succeed(await client.state(machine, 2));
  await world.until(async () => world.hypervisor.machine(guidOf(machine))?.figures().guestAgent === 'ok');
  return { machine, service: await serviceOf(client, machine) };
};
const text = (SourcePath: string, DestinationPath: string, more: Parameters<typeof settingText>[1] = {}): string =>
  settingText(SETTING, { SourcePath, DestinationPath, ...more });

describe('Msvm_GuestFileService (other-services §5, client-usage IntegrationServices)', () => {
  test('the sequence of the sample; overwrite and folders only when asked for', async () => {
    await using world = await openWorld();
    const { client } = world;
    const { machine, service } = await runningMachine(world);
    const source = join(await world.folder('files'), 'a.txt');
    const content = Buffer.alloc(200_000, 'text ');
    await writeFile(source, content);
    const copy = (...CopyFileToGuestSettings: string[]) =>
      client.invoke(service, 'CopyFilesToGuest', { CopyFileToGuestSettings });
    const job = await client.succeed(await copy(text(source, '/tmp/')));
    assert.equal(job?.class.name, 'Msvm_CopyFileToGuestJob');
    assert.equal(job.get('JobType'), 180);
    assert.equal(job.get('PercentComplete'), 100);
    const file = (path: string) => world.hypervisor.machine(guidOf(machine))?.inspect().file(path);
    assert.deepEqual(file('/tmp/a.txt'), content);
    const fails = async (why: RegExp, ...settings: string[]): Promise<void> => {
      const ended = await client.finished(await copy(...settings));
      assert.equal(ended.get('JobState'), 10);
      assert.match(String(ended.get('ErrorDescription')), why);
    };
    await writeFile(source, 'other');
    await fails(/0x80070050/, text(source, '/tmp/a.txt'));
    assert.deepEqual(file('/tmp/a.txt'), content);
    await client.succeed(await copy(text(source, '/tmp/a.txt', { OverwriteExisting: true })));
    assert.equal(file('/tmp/a.txt')?.toString(), 'other');
    await fails(/No such file or directory/, text(source, '/srv/deep/a.txt'));
    await client.succeed(
      await copy(text(source, '/srv/deep/a.txt', { CreateFullPath: true }), text(source, 'C:\\b.txt')),
    );
    assert.equal(file('/srv/deep/a.txt')?.toString(), 'other');
    assert.equal(file('C:\\b.txt')?.toString(), 'other');
  });

  test('refused: no guest, the interface disabled, paths that name nothing or no file, roles', async () => {
    await using world = await openWorld();
    const { client } = world;
    const { machine, service } = await runningMachine(world);
    const source = join(await world.folder('files'), 'a.txt');
    await writeFile(source, 'a');
    const copy = (CopyFileToGuestSettings: string[], by = client) =>
      by.invoke(service, 'CopyFilesToGuest', { CopyFileToGuestSettings });
    refused(await copy([]), 32773, /CopyFileToGuestSettings/);
    refused(await copy([text(source, 'a.txt')]), 32773, /whole path/);
    refused(await copy([text(source, '/tmp/a\tb')]), 32773, /control characters/);
    refused(await copy([text('/etc/passwd', '/tmp/a')]), 32773, /./);
    refused(await copy([text(await world.folder('files'), '/tmp/a')]), 32773, /./);
    refused(await copy([settingText(SETTING, { SourcePath: source })]), 32773, /DestinationPath/);
    refused(await copy([text(source, '/tmp/a')], client.as('operator')), 32769, /does not allow/);
    await enable(client, machine, 3);
    refused(await copy([text(source, '/tmp/a')]), 32775, /is disabled/);
    await client.succeed(await client.state(machine, 3));
    assert.deepEqual(await client.query('SELECT * FROM Msvm_GuestFileService'), []);
  });

  test('cancelled on the way', async () => {
    await using world = await openWorld();
    const { client } = world;
    const { machine, service } = await runningMachine(world);
    const source = join(await world.folder('files'), 'large');
    await writeFile(source, Buffer.alloc(12 * 1024 * 1024));
    const result = await client.invoke(service, 'CopyFilesToGuest', {
      CopyFileToGuestSettings: [text(source, '/tmp/large')],
    });
    const job = pathOf(result.out['Job']);
    const cancelled = await client.invoke(job, 'RequestStateChange', { RequestedState: 4 });
    assert.equal(cancelled.returnValue, 0);
    await world.until(async () => (await client.get(job)).get('JobState') === 8);
    assert.equal(world.hypervisor.machine(guidOf(machine))?.inspect().file('/tmp/large'), undefined);
  });
});
