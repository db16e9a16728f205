import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { CimInstance } from '../../../src/cim/instance.ts';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import { exported as exported2008 } from '../../hvfile/exported.ts';
import { rangeBytes, vmrs } from '../../hvfile/saved-memory-kit.ts';
import { type HyperVClient, RASD } from '../../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../../kit/hyperv-world.ts';
import { drive, image, NIC, nic, V1Client } from './v1-kit.ts';

const run = promisify(execFile);

const IMPORT_SETTING = 'Msvm_VirtualSystemImportSettingData';

interface Exported {
  readonly system: ObjectPath;
  /** Where exports go. */
  readonly root: string;
  /** The folder that the export made. */
  readonly folder: string;
}

/** A machine with a disk and an adapter, with a checkpoint when wanted, and its export with everything. */
const exported = async (world: HyperVWorld, client: V1Client, name: string, snapshot = false): Promise<Exported> => {
  const port = await client.port('lan');
  const system = await client.machine(name, [nic({ ElementName: 'lan', Connection: [client.text(port)] })]);
  const ide = client.pathText(await client.controller(system, 'Microsoft Emulated IDE Controller'));
  const [disk] = await client.added(system, drive(ide, '0'));
  const file = await world.disk(`${name}.img`);
  await writeFile(file, Buffer.alloc(8192, name));
  await client.added(system, image(client.text(disk ?? assert.fail()), file));
  if (snapshot) await client.succeed(await client.call('CreateVirtualSystemSnapshot', { SourceSystem: system }));
  const root = await world.folder(`exports-of-${name}`);
  const args = { ComputerSystem: system, CopyVmState: true, ExportDirectory: root };
  await client.succeed(await client.call('ExportVirtualSystem', args));
  return { system, root, folder: join(root, name) };
};

/** Every file below a folder with its content. */
const contents = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(file, (await readFile(file)).toString('base64'));
  }
  return found;
};

const named = (client: HyperVClient, name: string): Promise<CimInstance[]> =>
  client.query(`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = '${name}'`);

const importing = (client: V1Client, ImportDirectory: string, GenerateNewID: boolean) =>
  client.call('ImportVirtualSystem', { ImportDirectory, GenerateNewID });

const diskFile = async (client: V1Client, system: ObjectPath): Promise<string> => {
  const disk = await client.controller(system, 'Microsoft Virtual Hard Disk');
  return String((disk.get('Connection') as readonly string[])[0]);
};

describe('ImportVirtualSystem (seed, planned-systems §8, K17)', () => {
  test('P14 a new identifier: a second machine, off, on the disk of the export, which is not changed', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { system, folder } = await exported(world, client, 'twin', true);
    const before = await contents(folder);
    const result = await importing(client, folder, true);
    assert.equal(result.returnValue, 4096);
    const job = await client.succeed(result);
    const [made, ...none] = await client.related(
      job?.path() ?? assert.fail(),
      'Msvm_ComputerSystem',
      'Msvm_AffectedJobElement',
    );
    assert.deepEqual(none, []);
    assert.notEqual(made?.get('Name'), system.key('Name'));
    assert.deepEqual([made?.get('ElementName'), made?.get('EnabledState')], ['twin', 3]);
    assert.equal((await named(client, 'twin')).length, 2);
    assert.equal((await named(world.client, 'twin')).length, 2);
    const path = made?.path() ?? assert.fail();
    const snapshots = await client.query(
      `SELECT * FROM Msvm_VirtualSystemSettingData WHERE SystemName = '${String(made?.get('Name'))}' AND SettingType = 5`,
    );
    assert.equal(snapshots.length, 1);
    // A checkpoint needs its disk as it is: both get overlays in the data root (K16).
    assert.ok(!(await diskFile(client, path)).startsWith(folder));
    assert.deepEqual(await contents(folder), before);
    await client.succeed(await client.state(path, 2));
  });

  test('the same identifier: after the machine is gone it comes back as itself, with its adapter plugged in', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { system, folder } = await exported(world, client, 'moved');
    await client.succeed(await client.call('DestroyVirtualSystem', { ComputerSystem: system }));
    await client.succeed(await importing(client, folder, false));
    const back = await client.get(system);
    assert.deepEqual([back.get('ElementName'), back.get('EnabledState')], ['moved', 3]);
    assert.ok((await diskFile(client, system)).startsWith(folder));
    const adapter = await client.resource(system, NIC);
    assert.equal((adapter.get('Connection') as readonly string[]).length, 1);
    assert.ok(await client.get(String((adapter.get('Connection') as readonly string[])[0])));
  });

  test('an identifier in use: the job fails with 32768 and leaves nothing', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { folder } = await exported(world, client, 'conflict');
    const stored = await world.stored();
    const files = await contents(folder);
    const job = await client.finished(await importing(client, folder, false));
    assert.deepEqual([job.get('JobState'), job.get('ErrorCode')], [10, 32768]);
    assert.match(String(job.get('ErrorDescription')), /identifier .* belongs to a virtual machine/);
    assert.deepEqual(await world.stored(), stored);
    assert.deepEqual(await contents(folder), files);
  });

  test('a second import of one folder fails for the disk in use, in the job, and leaves the first alone', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { folder } = await exported(world, client, 'again');
    await client.succeed(await importing(client, folder, true));
    const stored = await world.stored();
    const job = await client.finished(await importing(client, folder, true));
    assert.deepEqual([job.get('JobState'), job.get('ErrorCode')], [10, 32768]);
    assert.match(String(job.get('ErrorDescription')), /in use by the virtual machine/);
    assert.deepEqual(await world.stored(), stored);
  });

  test('P13 the folder above, an empty one and one that is not there: refused, with the folder that is meant', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { root, folder } = await exported(world, client, 'above');
    const stored = await world.stored();
    const empty = await world.folder('empty');
    for (const [directory, sentence] of [
      [root, new RegExp(`Give '${folder}'`)],
      [empty, /no folder 'Virtual Machines'/],
      [join(root, 'nowhere'), /does not exist/],
      ['/etc', /./],
    ] as const) {
      const result = await importing(client, directory, true);
      assert.equal(result.returnValue, 32773, directory);
      assert.match(String(result.extended?.get('Message')), sentence);
    }
    const missing = await client.call('ImportVirtualSystem', { ImportDirectory: folder });
    assert.match(String(missing.extended?.get('Message')), /GenerateNewID is missing/);
    assert.deepEqual(await world.stored(), stored);
  });
});

describe('an export of Server 2008', () => {
  test('an .exp and VHD files become a machine as v1 described it; the adapter keeps its port', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const folder = await world.folder('old & good');
    const id = '6F1B7F4C-9A1E-4B2D-8C3F-0A1B2C3D4E5F';
    for (const name of ['Virtual Machines', 'Virtual Hard Disks']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'Virtual Machines', `${id}.exp`), Buffer.from(`\ufeff${exported2008()}`, 'utf16le'));
    for (const name of ['old.vhd', 'data.vhd']) {
      const file = join(folder, 'Virtual Hard Disks', name);
      await run('qemu-img', ['create', '-q', '-f', 'vpc', '-o', 'subformat=dynamic', file, '1M']);
    }
    const before = await contents(folder);
    await client.succeed(await importing(client, folder, false));
    const [made] = await named(client, 'old & good');
    const system = made?.path() ?? assert.fail();
    assert.equal(system.key('Name'), id);
    const global = await client.global(system);
    assert.deepEqual(
      ['AutomaticStartupAction', 'AutomaticShutdownAction', 'AutomaticRecoveryAction'].map((name) => global.get(name)),
      [2, 1, 1],
    );
    assert.equal((await client.settings(system)).get('Notes'), 'notes of 2008');
    const disks = (await client.resources(system, RASD)).filter(
      (one) => one.get('ResourceSubType') === 'Microsoft Virtual Hard Disk',
    );
    assert.deepEqual(
      disks.map((one) => one.get('Connection')),
      [[join(folder, 'Virtual Hard Disks', 'old.vhd')], [join(folder, 'Virtual Hard Disks', 'data.vhd')]],
    );
    const [connection] = (await client.resource(system, NIC)).get('Connection') as readonly string[];
    assert.match(String(connection), /Name="2F6A3C11-7D0B-4E3C-9A77-1D3F5B7C9E02"/);
    assert.ok(await client.get(String(connection)));
    assert.deepEqual(await contents(folder), before);
    await client.succeed(await client.state(system, 2));
  });
});

describe('GetVirtualSystemImportSettingData and ImportVirtualSystemEx (planned-systems §8)', () => {
  const settingsOf = async (client: V1Client, ImportDirectory: string): Promise<CimInstance> => {
    const result = await client.ok('GetVirtualSystemImportSettingData', { ImportDirectory });
    return result.out['ImportSettingData'] as CimInstance;
  };

  test('the defaults of a folder: name, copies, paths as recorded and as found; nothing is made', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { folder } = await exported(world, client, 'described');
    const stored = await world.stored();
    const settings = await settingsOf(client, folder);
    assert.equal(settings.class.name, IMPORT_SETTING);
    assert.deepEqual(
      ['Name', 'CreateCopy', 'GenerateNewId', 'TargetVmDataRoot', 'SourceNetworkConnections'].map((name) =>
        settings.get(name),
      ),
      ['described', true, true, null, null],
    );
    const [found] = settings.get('SourceResourcePaths') as readonly string[];
    assert.ok(found?.startsWith(join(folder, 'Virtual Hard Disks')));
    assert.equal((settings.get('CurrentResourcePaths') as readonly string[]).length, 1);
    assert.ok((await stat(found ?? assert.fail())).isFile());
    assert.deepEqual(await world.stored(), stored);
  });

  test('a saved state of Hyper-V stands in the way until it gets no source: the machine is off, the file stays', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { system, folder } = await exported(world, client, 'saved');
    await client.succeed(await client.call('DestroyVirtualSystem', { ComputerSystem: system }));
    const [definition = ''] = await readdir(join(folder, 'Virtual Machines'));
    const state = join(folder, 'Virtual Machines', definition.replace('.vmcx', '.vmrs'));
    await writeFile(state, vmrs([rangeBytes({ gpa: 0, pages: 256, mbp: 0 })], new Map([[0, Buffer.alloc(1 << 20)]])));
    const settings = await settingsOf(client, folder);
    assert.deepEqual((settings.get('CurrentResourcePaths') as readonly string[])[1], state);
    const [disk = '', kept = ''] = settings.get('SourceResourcePaths') as readonly string[];
    assert.equal(kept, state);
    const importing = (sources: readonly string[]) =>
      client.call('ImportVirtualSystemEx', {
        ImportDirectory: folder,
        ImportSettingData: world.print(
          settings.with({ CreateCopy: false, GenerateNewId: false, SourceResourcePaths: sources }),
        ),
      });
    const refused = await client.finished(await importing([disk, kept]));
    assert.match(String(refused?.get('ErrorDescription')), /vmrs.*cannot be resumed.*SourceResourcePaths/);
    await client.succeed(await importing([disk, '']));
    assert.equal((await client.get(system)).get('EnabledState'), 3);
    assert.ok((await stat(state)).isFile());
  });

  test('P15 CreateCopy FALSE: the machine is there, in place', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { folder } = await exported(world, client, 'in-place');
    const settings = await settingsOf(client, folder);
    const ImportSettingData = world.print(settings.with({ CreateCopy: false, Name: 'under another name' }));
    await client.succeed(await client.call('ImportVirtualSystemEx', { ImportDirectory: folder, ImportSettingData }));
    const [made] = await named(client, 'under another name');
    assert.ok((await diskFile(client, made?.path() ?? assert.fail())).startsWith(folder));
  });

  test('CreateCopy TRUE: disks are copied to the named folder, and the copy is the same; the source stays', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { folder } = await exported(world, client, 'copied');
    const before = await contents(folder);
    const settings = await settingsOf(client, folder);
    const TargetVhdDataRoot = join(await world.folder('copies'), 'deep', 'er');
    const ImportSettingData = world.print(settings.with({ TargetVhdDataRoot }));
    const args = { ImportDirectory: folder, ImportSettingData };
    await client.succeed(await client.call('ImportVirtualSystemEx', args));
    const copy = (await named(client, 'copied'))[1]?.path() ?? assert.fail();
    const file = await diskFile(client, copy);
    assert.equal(join(file, '..'), TargetVhdDataRoot);
    const [source] = settings.get('SourceResourcePaths') as readonly string[];
    assert.deepEqual(await readFile(file), await readFile(source ?? ''));
    assert.deepEqual(await contents(folder), before);
    assert.deepEqual(await readdir(TargetVhdDataRoot), [file.slice(TargetVhdDataRoot.length + 1)]);
    // The names are taken now: nothing is overwritten.
    const again = await client.call('ImportVirtualSystemEx', args);
    assert.equal(again.returnValue, 32768);
    assert.match(String(again.extended?.get('Message')), /is there already/);
  });

  test('a job that fails after the copy takes the copy and its folders away', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { folder } = await exported(world, client, 'taken back');
    const stored = await world.stored();
    const settings = await settingsOf(client, folder);
    const copies = await world.folder('copies');
    const ImportSettingData = world.print(
      // The identifier of the machine that was exported is in use: found out after the copy.
      settings.with({ TargetVhdDataRoot: join(copies, 'new'), GenerateNewId: false }),
    );
    const job = await client.finished(
      await client.call('ImportVirtualSystemEx', { ImportDirectory: folder, ImportSettingData }),
    );
    assert.equal(job.get('JobState'), 10);
    assert.deepEqual(await readdir(copies), []);
    assert.deepEqual(await world.stored(), stored);
  });

  test('files and switches that the client maps; one that is missing fails the job by its name', async () => {
    await using world = await openWorld();
    const client = new V1Client(world);
    const { folder } = await exported(world, client, 'mapped');
    const settings = (await settingsOf(client, folder)).with({ CreateCopy: false });
    const other = await world.disk('other.img');
    const [port] = await client.query('SELECT * FROM Msvm_VirtualSwitch');
    const ImportSettingData = world.print(
      settings.with({
        SourceResourcePaths: [other],
        SourceNetworkConnections: ['Default Switch'],
        TargetNetworkConnections: [client.pathText(port ?? assert.fail())],
      }),
    );
    await client.succeed(await client.call('ImportVirtualSystemEx', { ImportDirectory: folder, ImportSettingData }));
    const made = (await named(client, 'mapped'))[1]?.path() ?? assert.fail();
    assert.equal(await diskFile(client, made), other);
    assert.match(String((await client.resource(made, NIC)).get('Connection')), /Msvm_SwitchPort/);

    const lost = world.print(settings.with({ SourceResourcePaths: [`${other}.gone`] }));
    const job = await client.finished(
      await client.call('ImportVirtualSystemEx', { ImportDirectory: folder, ImportSettingData: lost }),
    );
    assert.equal(job.get('JobState'), 10);
    assert.match(String(job.get('ErrorDescription')), /other\.img\.gone.* was not found/);
    const uneven = world.print(settings.with({ SourceResourcePaths: [other, other] }));
    const refused = await client.call('ImportVirtualSystemEx', { ImportDirectory: folder, ImportSettingData: uneven });
    assert.equal(refused.returnValue, 32773);
  });
});
