import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Plans } from '../../src/client/plans.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { readContainer } from '../../src/hvfile/container/read.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import type { MachineDefinition } from '../../src/hvfile/definition/definition.ts';
import { readDefinition } from '../../src/hvfile/definition/read-definition.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { TreeBuilder } from '../../src/hvfile/tree-builder.ts';
import { Service } from '../kit/service.ts';
import { contentOf } from '../vhd/disks.ts';
import { local, type Outcome, vsms } from './kit.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const MIB = 1024 * 1024;
const MACHINES = 'Virtual Machines';
const DISKS = 'Virtual Hard Disks';

describe('vsms import and vsms plan', () => {
  let service: Service;
  let folder = '';
  let id = '';
  const content = Buffer.alloc(2 * MIB, 'guest');

  const cli = (...args: readonly string[]): Promise<Outcome> => vsms(local(service), ...args);
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  };
  const fails = async (code: number, pattern: RegExp, ...args: readonly string[]): Promise<string> => {
    const outcome = await cli(...args);
    assert.equal(outcome.code, code, `${args.join(' ')}: ${outcome.stdout}${outcome.stderr}`);
    assert.match(outcome.stdout + outcome.stderr, pattern);
    assert.doesNotMatch(outcome.stderr, /\n +at /, 'a text, not a stack');
    return outcome.stdout;
  };
  const names = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await ok(...args, '-o', 'name')).split('\n').filter((name) => name !== '');

  /** An export of `web1` of its own for each test, and no machine of that name any more. */
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    const disk = join(service.dataDirectory, 'web1.raw');
    await writeFile(disk, content);
    id = (await ok('vm', 'create', 'web1', '--disk', disk, '--switch', 'Default Switch', '--memory', '512')).slice(-36);
    const machine = `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${id}"`;
    await ok(
      ...['cim', 'invoke', 'Msvm_VirtualSystemSnapshotService', 'CreateSnapshot'],
      ...['--arg', `AffectedSystem=${machine}`, '--arg', 'SnapshotType=2'],
    );
    await ok('export', 'web1', join(service.dataDirectory, 'pristine'));
    await ok('vm', 'delete', 'web1');
  });
  after(() => service[Symbol.asyncDispose]());
  afterEach(async () => {
    const client = service.client();
    const [machines, plans] = [new VirtualMachines(client), new Plans(client)];
    for (const machine of await machines.list()) {
      if (machine.state !== 3) await machines.request(machine.id, 3);
      await machines.delete(machine.id);
    }
    for (const plan of await plans.list()) await plans.discard(plan.id);
    client.close();
  });

  const withExport = async (
    name: string,
    change: (definition: MachineDefinition) => MachineDefinition = (it) => it,
  ) => {
    folder = join(service.dataDirectory, name);
    await cp(join(service.dataDirectory, 'pristine/web1'), folder, { recursive: true });
    const file = join(folder, MACHINES, `${id}.vmcx`);
    const definition = readDefinition((await readContainer(await readFile(file))).root);
    await writeFile(file, writeContainer(writeDefinition(change(definition))));
  };

  const onSwitch =
    (name: string, guid: string) =>
    (definition: MachineDefinition): MachineDefinition => ({
      ...definition,
      snapshots: { items: [], parent: null },
      adapters: definition.adapters.map((adapter) => ({
        ...adapter,
        connection: {
          ...adapter.connection,
          switchId: guid,
          values: { ...adapter.connection.values, LastKnownSwitchName: name },
        },
      })),
    });
  /** All disks are this one, as the other host called it. */
  const onDisk =
    (path: string) =>
    (definition: MachineDefinition): MachineDefinition => ({
      ...definition,
      snapshots: { items: [], parent: null },
      controllers: definition.controllers.map((controller) => ({
        ...controller,
        drives: controller.drives.map((drive) => ({
          ...drive,
          image: drive.image === null ? null : { ...drive.image, path },
        })),
      })),
    });
  const FOREIGN = '11111111-2222-4333-8444-555555555555';

  test('--dry-run tells what would stand in the way and leaves nothing, not even a plan', async () => {
    await withExport('rehearsed');
    assert.match(await ok('import', folder, '--dry-run'), /^PLAN +GENERATION/m);
    // The service of this host by its address is no other one.
    const { http } = service.endpoints;
    assert.match(await ok('import', folder, '--dry-run', '--host', http, '--user', 'admin'), /^PLAN +GENERATION/m);
    await withExport('rehearsed-blocked', onSwitch('LAN', '11111111-2222-4333-8444-555555555555'));
    await rm(join(folder, 'Virtual Hard Disks'), { recursive: true });
    await fails(7, /90003/, 'import', folder, '--dry-run');
    assert.deepEqual(await names('plan', 'list'), []);
    assert.deepEqual(await names('vm', 'list'), []);
  });

  test('an import that is refused before its plan was shown leaves none', async () => {
    await withExport('refused');
    await fails(2, /outside of the folders/, 'import', folder, '--yes', '--root', '/etc/vsms');
    assert.deepEqual(await names('plan', 'list'), []);
  });

  test('the same machine is back with its checkpoint, shown as a table first', async () => {
    await withExport('back');
    const said = await ok('import', folder, '--yes');
    assert.match(said, /^PLAN +GENERATION +VERSION +PROCESSORS +MEMORY/m);
    assert.match(said, /^web1 +2, Secure Boot +10\.0 +1 +512 MB +off/m);
    assert.match(said, /^SCSI 0:0 +0\.0 GB +vhdx, 2 files +.*web1_.*\.avhdx$/m);
    assert.match(said, /^Network Adapter +[0-9A-F]{12} +Default Switch$/m);
    assert.match(said, /^web1 - \(.*\) +web1\.vhdx$/m);
    assert.equal(said.split('\n').at(-1), `web1 ${id}`);
    assert.deepEqual(await names('vm', 'list'), ['web1']);
    assert.deepEqual(await names('plan', 'list'), []);
    await ok('vm', 'start', 'web1');
    await ok('vm', 'stop', 'web1');
    assert.ok(content.equals(await contentOf(join(folder, DISKS, 'web1.vhdx'))));
    // What the machine itself needs is copied by itself; the checkpoint lies over the export until that is detached.
    const needs = async (): Promise<readonly { file: string; ofCheckpoint: boolean }[]> =>
      JSON.parse(await ok('vm', 'source', 'web1', '-o', 'json')) as { file: string; ofCheckpoint: boolean }[];
    assert.ok(
      (await needs()).some(({ file, ofCheckpoint }) => ofCheckpoint && file === join(folder, DISKS, 'web1.vhdx')),
    );
    assert.match(await ok('vm', 'source', 'web1'), /a checkpoint +.*web1\.vhdx$/m);
    await ok('vm', 'source', 'web1', '--detach');
    for (let tries = 0; tries < 600 && (await needs()).length > 0; tries++) await sleep(100);
    assert.match(await ok('vm', 'source', 'web1'), /needs nothing of a source/);
    await fails(2, /inbox .* or virtio/, 'vm', 'devices', 'web1', 'fast');
    assert.equal(await ok('vm', 'devices', 'web1', 'inbox'), 'web1 starts with inbox devices');
    // The same identifier again stands in the way of itself.
    await withExport('again');
    await fails(7, /90001.*belongs to a virtual machine/, 'import', folder, '--yes');
    await ok('plan', 'discard', 'web1');
    await ok('vm', 'delete', 'web1');
  });

  test('a plan that is looked at, left, found again, validated, realized', async () => {
    await withExport('left');
    const said = await ok('import', folder, '--new-id', '--plan-only');
    const plan = /The plan is ([0-9A-F-]{36}):/.exec(said)?.[1] ?? assert.fail(said);
    assert.notEqual(plan, id);
    assert.match(await ok('plan', 'list'), new RegExp(`^PLAN +STATE +ID\\nweb1 +off +${plan}$`));
    assert.match(await ok('plan', 'show', 'web1'), /^SCSI 0:0 .*web1_/m);
    const details = JSON.parse(await ok('plan', 'show', plan, '-o', 'json')) as { memoryMb: number };
    assert.equal(details.memoryMb, 512);
    assert.equal(await ok('plan', 'validate', 'web1'), 'Nothing stands in the way.');
    await ok(
      'plan',
      'fix',
      'web1',
      '--memory',
      '256',
      '--processors',
      '2',
      '--root',
      join(service.dataDirectory, 'root'),
    );
    assert.match(await ok('plan', 'show', 'web1'), /^web1 +2, Secure Boot +10\.0 +2 +256 MB +off +.*\/root$/m);
    assert.equal(await ok('plan', 'realize', 'web1'), `web1 ${plan}`);
    assert.deepEqual(await names('vm', 'list'), ['web1']);
    await ok('vm', 'delete', 'web1');
    await fails(3, /no planned virtual machine "web1"/, 'plan', 'show', 'web1');
  });

  test('without a terminal and without --yes nothing is realized; --json tells all', async () => {
    await withExport('quiet');
    const { code, stderr } = await cli('import', folder);
    assert.deepEqual([code, stderr], [0, 'Nothing was realized: give --yes where nobody can be asked.\n']);
    await ok('plan', 'discard', 'web1');
    const [result] = JSON.parse(await ok('import', folder, '--json', '--yes')) as [Record<string, unknown>];
    assert.equal(result['realized'], true);
    assert.deepEqual([result['findings'], result['done']], [[], []]);
    await ok('vm', 'delete', 'web1');
  });

  test('a switch that is not here: told, mapped, or left out', async () => {
    await withExport('switch', onSwitch('LAN', FOREIGN));
    const said = await fails(7, /One finding stands in the way of "web1"/, 'import', folder, '--yes', '--new-id');
    assert.match(
      said,
      /^BLOCKS 33012 {2}Could not find the Ethernet switch 'LAN'\.\n +Here: --map-switch "A=B".*\n +By the API: Set HostResource/m,
    );
    await fails(7, /33012/, 'plan', 'validate', 'web1');
    await fails(7, /33012/, 'plan', 'realize', 'web1');
    await fails(2, /give both names/, 'plan', 'fix', 'web1', '--map-switch', 'LAN');
    await fails(3, /no virtual switch "nowhere"/, 'plan', 'fix', 'web1', '--map-switch', 'LAN=nowhere');
    assert.match(await ok('plan', 'fix', 'web1', '--map-switch', 'LAN='), /"LAN" is not connected/);
    assert.match(await ok('plan', 'show', 'web1'), /not connected$/m);
    const slip = await cli('plan', 'fix', 'web1', '--map-switch', 'LNA=Default Switch');
    assert.match(slip.stderr, /no adapter of the plan waits for a switch "LNA"/);
    // What a refused step does not take back is told; memory and processors are one step.
    const partly = await cli(
      'plan',
      'fix',
      'web1',
      '--memory',
      '768',
      '--processors',
      '2',
      '--disk',
      'C:\\x.vhdx=/y.vhdx',
    );
    assert.deepEqual([partly.code, partly.stdout], [2, 'its memory is 768 MB\nits processors are 2\n']);
    const none = await cli('plan', 'fix', 'web1', '--memory', '512', '--processors', '99999', '--map-switch', 'LAN=');
    assert.deepEqual([none.code, none.stdout], [2, '']);
    assert.match(await ok('plan', 'show', 'web1'), /^web1 +2, Secure Boot +10\.0 +2 +768 MB/m);
    await ok('plan', 'discard', 'web1');
    const mapped = await ok('import', folder, '--yes', '--new-id', '--map-switch', 'LAN=Default Switch');
    assert.match(mapped, /^will be mended: "LAN" becomes "Default Switch"$/m);
    await ok('vm', 'delete', 'web1');
  });

  test('a disk that is elsewhere: found by name in the export, or named', async () => {
    await withExport('moved', onDisk('C:\\gone\\web1.vhdx'));
    const said = await ok('import', folder, '--yes', '--new-id');
    assert.match(said, /^BLOCKS 90003 .*web1\.vhdx/m);
    assert.match(said, new RegExp(`^will be mended: C:\\\\gone\\\\web1.vhdx is ${folder}`, 'm'));
    await ok('vm', 'delete', 'web1');
    const away = join(service.dataDirectory, 'away.vhdx');
    await rename(join(folder, DISKS, 'web1.vhdx'), away);
    await fails(7, /90003/, 'import', folder, '--yes', '--new-id');
    await fails(2, /names no file/, 'plan', 'fix', 'web1', '--disk', `x=${away}`);
    await ok('plan', 'fix', 'web1', '--disk', `C:\\gone\\web1.vhdx=${away}`);
    await ok('plan', 'realize', 'web1');
    await ok('vm', 'delete', 'web1');
  });

  test('a disk that is written as on the other host is told with its file here, its size and its chain', async () => {
    const written = 'c:\\vms\\WEB1.vhdx';
    await withExport('written', onDisk(written));
    const file = join(service.dataDirectory, 'drives/c/VMs/web1.vhdx');
    await mkdir(join(service.dataDirectory, 'drives/c/VMs'), { recursive: true });
    await rename(join(folder, DISKS, 'web1.vhdx'), file);
    const said = await ok('import', folder, '--dry-run');
    assert.match(said, /^PLACE +AS WRITTEN +ON THE HOST$/m);
    assert.ok(
      said.split('\n').some((line) => / {2}c:\\vms\\WEB1\.vhdx +\//.test(line) && line.endsWith(file)),
      said,
    );
    assert.match(said, /^SCSI 0:0 +0\.0 GB +vhdx +c:\\vms\\WEB1\.vhdx$/m);
    const [told] = JSON.parse(await ok('import', folder, '--dry-run', '--json')) as [{ disksOnHost: unknown }];
    assert.deepEqual(told.disksOnHost, [{ place: 'SCSI 0:0', path: written, file, problem: null }]);
    await withExport('written-here');
    const [plain] = JSON.parse(await ok('import', folder, '--dry-run', '--json')) as [{ disksOnHost: unknown }];
    assert.deepEqual(plain.disksOnHost, [], 'what is found beside the definition is called what it is');
    await rm(file);
  });

  test('--copy: the import folder is not needed any more', async () => {
    await withExport('copied');
    const root = join(service.dataDirectory, 'copies');
    await ok('import', folder, '--yes', '--new-id', '--copy', '--root', root);
    await rm(folder, { recursive: true });
    assert.ok((await readdir(join(root, DISKS))).includes('web1.vhdx'));
    assert.ok(content.equals(await contentOf(join(root, DISKS, 'web1.vhdx'))));
    await ok('vm', 'start', 'web1');
    await ok('vm', 'stop', 'web1');
    await withExport('copied');
    await fails(2, /exists already/, 'import', folder, '--yes', '--new-id', '--copy', '--root', root);
    await ok('plan', 'discard', 'web1');
    await ok('vm', 'delete', 'web1');
  });

  test('the registry of a dead host lists its machines, and imports the one that is named', async () => {
    await withExport('dead/VMs/web1', onDisk('C:\\vms\\WEB1\\Virtual Hard Disks\\web1.vhdx'));
    const registry = join(service.dataDirectory, 'dead/ProgramData/Microsoft/Windows/Hyper-V/data.vmcx');
    await mkdir(join(registry, '..'), { recursive: true });
    const tree = new TreeBuilder();
    const register = (guid: string, value: string): void =>
      tree.set(`Configurations/VirtualMachines/_${guid}_`, { type: 'string', value });
    register(id, `C:\\VMs\\web1\\Virtual Machines\\${id}.vmcx`);
    register(FOREIGN, `D:\\other\\Virtual Machines\\${FOREIGN}.vmcx`);
    await writeFile(registry, writeContainer(tree.build()));
    const { code, stdout, stderr } = await cli('import', registry);
    assert.equal(code, 0);
    assert.match(
      stdout,
      new RegExp(`^web1 +${id} .*\\n- +${FOREIGN} +It is not where the registry says.*--drive`, 'm'),
    );
    assert.match(stderr, /holds 2 virtual machines: name those to import with --machine/);
    await fails(2, /holds no virtual machine "other"/, 'import', registry, '--machine', 'other');
    await fails(2, /not where the registry says/, 'import', registry, '--machine', FOREIGN);
    const said = await ok('import', registry, '--machine', 'web1', '--yes', '--new-id');
    assert.match(said, /^will be mended: C:\\vms\\WEB1.* is .*dead\/VMs\/web1\/Virtual Hard Disks\/web1\.vhdx$/m);
    assert.deepEqual(await names('vm', 'list'), ['web1']);
    await ok('vm', 'delete', 'web1');
  });

  test('what is no import is told', async () => {
    await fails(3, /There is no file/, 'import', join(service.dataDirectory, 'nothing'));
    await fails(2, /no definition/, 'import', join(service.dataDirectory, 'web1.raw'));
    await fails(2, /holds no definition/, 'import', join(service.dataDirectory, 'pristine/web1', DISKS));
    const several = join(service.dataDirectory, 'several');
    for (const name of ['a', 'b'])
      await cp(join(service.dataDirectory, 'pristine/web1'), join(several, name), { recursive: true });
    await fails(0, /holds 2 virtual machines/, 'import', several);
    await fails(2, /holds 2 virtual machines "web1": give the id/, 'import', several, '--machine', 'web1');
    await writeFile(join(several, 'broken.vmcx'), 'no container');
    await fails(1, /broken\.vmcx/, 'import', join(several, 'broken.vmcx'));
    const elsewhere = ['--host', 'https://elsewhere.example:5986'];
    await fails(2, /--copy copies files of this host/, 'import', '/x', '--copy', ...elsewhere);
    await fails(2, /whose folders are not searched from here/, 'import', several, ...elsewhere);
    assert.equal(basename(several), 'several');
  });

  /** An import at a terminal; each question gets its answer. */
  const atTerminal = async (
    answers: (readonly [question: RegExp, answer: string])[],
  ): Promise<{ readonly code: number | null; readonly said: string }> => {
    const command = [process.execPath, MAIN, 'import', folder, '--new-id'].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, VSMS_CONFIG: '/nonexistent/vsms.toml', ...local(service) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const plain = said.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '');
      const [next] = answers;
      if (next?.[0].test(plain) !== true) return;
      answers.shift();
      child.stdin.write(next[1]);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.deepEqual(answers, [], said);
    return { code, said };
  };

  const WHICH_SWITCH = /"LAN" is not here\. Connect to \(Default Switch, or nothing\): $/;

  test('on a terminal it asks', async () => {
    await withExport('asked', onSwitch('LAN', FOREIGN));
    const { code, said } = await atTerminal([
      [WHICH_SWITCH, 'Default Switch\n'],
      [/Mend this and realize web1\? \[y\/N\] $/, 'y\n'],
    ]);
    assert.equal(code, 0, said);
    assert.deepEqual(await names('vm', 'list'), ['web1']);
  });

  test('Ctrl-C at a question is no answer to it: nothing is left, not even a plan', async () => {
    await withExport('interrupted', onSwitch('LAN', FOREIGN));
    const CTRL_C = '\u0003';
    const { code, said } = await atTerminal([[WHICH_SWITCH, CTRL_C]]);
    assert.equal(code, 130, said);
    assert.match(said, /vsms: cancelled\./);
    assert.deepEqual(await names('plan', 'list'), []);
    const atLast = await atTerminal([
      [WHICH_SWITCH, 'Default Switch\n'],
      [/Mend this and realize web1\? \[y\/N\] $/, CTRL_C],
    ]);
    assert.equal(atLast.code, 130, atLast.said);
    assert.deepEqual(await names('plan', 'list'), []);
    assert.deepEqual(await names('vm', 'list'), []);
  });
});
