import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Command } from 'commander';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { Service } from '../kit/service.ts';
import { Rest } from '../rest/kit.ts';
import { createProgram, vsmsHere } from './in-process.ts';

const ROLES = ['viewer', 'operator', 'administrator'] as const;
type Role = (typeof ROLES)[number];
/** `host`: it asks no service by the wire; whoever may enter the service's directories may do it. */
type Right = 'read' | 'operate' | 'administer' | 'host';
const ALLOWED: Readonly<Record<Exclude<Right, 'host'>, readonly Role[]>> = {
  read: ROLES,
  operate: ['operator', 'administrator'],
  administer: ['administrator'],
};
const PASSWORD = 'Test-Passw0rd';

/** Names that the rows below say, on the host of the test. */
interface Places {
  readonly images: string;
  readonly scratch: string;
  readonly job: string;
  readonly checkpoint: string;
  /** A reference point, and what tells changes since it. */
  readonly point: string;
  readonly since: string;
  readonly manifest: string;
  readonly definition: string;
}

type Row = readonly [right: Right, words?: (places: Places) => readonly string[]];

/**
 * The right that each command takes (K8), and its words after its name. Which commands there are is taken from the program
 * itself: one that is missing here fails the test.
 */
const COMMANDS: Readonly<Record<string, Row>> = {
  'vm list': ['read', () => []],
  'vm show': ['read', () => ['lab']],
  'vm manifest': ['read', () => ['lab']],
  'vm source': ['read', () => ['lab']],
  'vm start': ['operate', () => ['lab']],
  // What the guest prints is behind a socket of the host, which has rights of its own.
  'vm console': ['read', () => ['lab', '--until', 'x', '--timeout', '1']],
  'vm screenshot': ['read', ({ scratch }) => ['lab', join(scratch, 'screen.png')]],
  'vm pause': ['operate', () => ['lab']],
  'vm resume': ['operate', () => ['lab']],
  'vm type': ['operate', () => ['lab', 'x']],
  'vm reset': ['operate', () => ['lab']],
  'vm restart': ['operate', () => ['lab']],
  'vm save': ['operate', () => ['lab']],
  'vm shutdown': ['operate', () => ['lab']],
  'vm stop': ['operate', () => ['lab']],
  'vm create': ['administer', () => ['other']],
  'vm set': ['administer', () => ['lab', '--notes', 'x']],
  'vm edit': ['administer', () => ['lab', '--yes']],
  'vm clone': ['administer', () => ['lab', 'twin']],
  'vm devices': ['administer', () => ['lab', 'virtio']],
  'job list': ['read', () => []],
  'job show': ['read', ({ job }) => [job]],
  'job wait': ['read', ({ job }) => [job]],
  'job cancel': ['operate', ({ job }) => [job]],
  diff: ['read', ({ manifest }) => ['-f', manifest]],
  apply: ['administer', ({ manifest }) => ['-f', manifest]],
  'disk list': ['read', () => []],
  'disk inspect': ['administer', ({ images }) => [join(images, 'a.vhdx')]],
  'disk changes': ['administer', ({ images, since }) => [join(images, 'a.vhdx'), '--since', since]],
  'disk create': ['administer', ({ images }) => [join(images, 'new.vhdx'), '--size', '8M']],
  'disk resize': ['administer', ({ images }) => [join(images, 'free.vhdx'), '16M']],
  'disk convert': ['administer', ({ images }) => [join(images, 'free.vhdx'), join(images, 'converted.vhd')]],
  'disk compact': ['administer', ({ images }) => [join(images, 'free.vhdx')]],
  'disk validate': ['administer', ({ images }) => [join(images, 'free.vhdx')]],
  'disk attach': ['administer', ({ images }) => ['lab', join(images, 'free.vhdx')]],
  'disk move': ['administer', ({ images }) => ['lab', join(images, 'free.vhdx'), 'SCSI 0:9']],
  'disk detach': ['administer', ({ images }) => ['lab', join(images, 'free.vhdx')]],
  'disk upload': ['administer', ({ images, scratch }) => [join(scratch, 'local.iso'), join(images, 'up.iso')]],
  'disk download': ['administer', ({ images, scratch }) => [join(images, 'cd.iso'), join(scratch, 'down.iso')]],
  'disk seed': ['host'],
  'controller list': ['read', () => ['lab']],
  'controller add': ['administer', () => ['lab']],
  'controller remove': ['administer', () => ['lab', 'SCSI 1']],
  'switch list': ['read', () => []],
  'switch show': ['read', () => ['lan']],
  'switch adapters': ['read', () => []],
  'switch create': ['administer', () => ['second']],
  'switch delete': ['administer', () => ['second']],
  'nic list': ['read', () => ['lab']],
  'nic add': ['administer', () => ['lab', '--name', 'extra']],
  'nic remove': ['administer', () => ['lab', '--nic', 'extra']],
  'nic connect': ['administer', () => ['lab', 'lan']],
  'nic set': ['administer', () => ['lab', '--mac', 'dynamic']],
  'nic disconnect': ['administer', () => ['lab']],
  wql: ['read', () => ['SELECT Name FROM Msvm_ComputerSystem']],
  'cim enumerate': ['read', () => ['Msvm_ComputerSystem']],
  'cim get': ['read', () => ['Msvm_VirtualSystemManagementService']],
  // The right is the method's own: this one asks for a change of the service's own settings.
  'cim invoke': [
    'administer',
    () => ['Msvm_VirtualSystemManagementService', 'ModifyServiceSettings', '--arg', 'SettingData=x'],
  ],
  'checkpoint list': ['read', () => ['lab']],
  'checkpoint create': ['operate', () => ['lab', 'taken']],
  'checkpoint apply': ['operate', ({ checkpoint }) => ['lab', checkpoint, '--discard-now']],
  'checkpoint rename': ['administer', () => ['lab', 'kept', 'renamed']],
  'checkpoint delete': ['administer', () => ['lab', 'renamed']],
  'checkpoint export': ['administer', ({ checkpoint, images }) => ['lab', checkpoint, join(images, 'one')]],
  'reference-point list': ['read', () => ['lab']],
  'reference-point create': ['operate', () => ['lab']],
  'reference-point convert': ['administer', () => ['lab', 'night']],
  'reference-point delete': ['administer', ({ point }) => ['lab', point]],
  fork: ['administer', ({ checkpoint }) => [`lab@${checkpoint}`, '--no-start']],
  export: ['administer', ({ images }) => ['lab', join(images, 'exports')]],
  import: ['administer', ({ definition }) => [definition, '--plan-only', '--new-id', '--json']],
  'plan list': ['read', () => []],
  'plan show': ['read', () => ['moved']],
  'plan validate': ['administer', () => ['moved']],
  'plan fix': ['administer', () => ['moved', '--memory', '512']],
  'plan realize': ['administer', () => ['moved']],
  'plan discard': ['administer', () => ['again']],
  inspect: ['host'],
  server: ['host'],
  'host shutdown': ['host', () => []],
  'user list': ['host', () => []],
  'user set': ['host', () => ['mallory']],
  'user role': ['host', () => ['viewer', 'administrator']],
  'user remove': ['host', () => ['operator']],
  'token list': ['host', () => []],
  'token create': ['host', () => ['mine']],
  'token remove': ['host', () => ['mine']],
  'audit list': ['host', () => []],
  'audit verify': ['host', () => []],
  doctor: ['host'],
  // It tells each caller what it may.
  'doctor login': ['read', () => []],
  config: ['host'],
  completion: ['host'],
  __complete: ['host'],
  'vm delete': ['administer', () => ['other']],
};

/** The command's one change as a call, where the command makes it at certain moments only: of a job that has not ended. */
const INSTEAD: Readonly<Record<string, (places: Places) => readonly string[]>> = {
  'job cancel': ({ job }) => [
    ...['cim', 'invoke', 'Msvm_ConcreteJob', 'RequestStateChange'],
    ...['--key', `InstanceID=${job}`, '--arg', 'RequestedState=4'],
  ],
};

/** What the first role that may do it gets, where that is not success. */
const OUTCOMES: Readonly<Record<string, number>> = {
  // No serial port, no guest that listens, a file that says something else, a text that is no instance.
  'vm console': EXIT.usage,
  'vm restart': EXIT.conflict,
  // It is saved; the job has ended.
  'vm shutdown': EXIT.conflict,
  'job cancel': EXIT.failed,
  diff: EXIT.differs,
  'cim invoke': EXIT.usage,
};

/** Names of all commands that do something. */
const commandsOf = (command: Command, path: readonly string[] = []): readonly string[] =>
  command.commands.flatMap((child) => {
    const name = [...path, child.name()];
    // A group has no action of its own; commander keeps it under this name.
    const acts = (child as unknown as { _actionHandler: unknown })._actionHandler !== null;
    return [...(acts ? [name.join(' ')] : []), ...commandsOf(child, name)];
  });

describe('20 the rights of every role on every command', () => {
  let service: Service;
  let rest: Rest;
  let places: Places;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    for (const role of ROLES)
      await rest.expect(201, `/users/${role}`, { method: 'PUT', body: { password: PASSWORD, role } });
    const [images, scratch] = [join(service.dataDirectory, 'images'), join(service.dataDirectory, 'scratch')];
    for (const folder of [images, scratch]) await mkdir(folder);
    for (const file of [join(images, 'cd.iso'), join(scratch, 'local.iso')]) await writeFile(file, 'x'.repeat(2048));
    for (const name of ['a', 'free', 'moved'])
      await rest.post(201, '/images', { path: join(images, `${name}.vhdx`), sizeBytes: 8 << 20 });
    const { body: lan } = await rest.post(201, '/switches', { name: 'lan' });
    const make = async (name: string, disk: string) =>
      (await rest.post(201, '/vms', { name, disks: [{ path: join(images, disk) }], nics: [{ switchId: lan.id }] }))
        .body;
    const lab = await make('lab', 'a.vhdx');
    let definition = '';
    for (const name of ['moved', 'again', 'third']) {
      const moved = await make(name, 'moved.vhdx');
      await rest.post(204, `/vms/${moved.id}/export`, { directory: images });
      await rest.expect(204, `/vms/${moved.id}`, { method: 'DELETE' });
      definition = join(images, name, 'Virtual Machines', `${moved.id}.vmcx`);
      if (name !== 'third') await rest.post(201, '/plans', { definitionFile: definition });
    }
    for (const name of ['first', 'kept']) await rest.post(201, `/vms/${lab.id}/checkpoints`, { name });
    const { body: point } = await rest.post(201, `/vms/${lab.id}/reference-points`, {});
    await rest.post(201, `/vms/${lab.id}/checkpoints`, { name: 'night', type: 'recovery' });
    const manifest = join(scratch, 'lab.yaml');
    await writeFile(manifest, 'name: lab\nnotes: as the file says\n');
    const job = (await rest.expect(200, '/jobs?limit=1')).body.items[0].id;
    const since = point.disks[0].changesSince;
    places = { images, scratch, job, checkpoint: 'first', point: point.id, since, manifest, definition };
  });
  after(() => service[Symbol.asyncDispose]());

  test('the table has every command', async () => {
    assert.deepEqual(Object.keys(COMMANDS).toSorted(), commandsOf(await createProgram()).toSorted());
  });

  const run = (role: Role, words: readonly string[]) =>
    vsmsHere(
      {
        VSMS_HOST: service.endpoints.http,
        VSMS_USER: role,
        VSMS_PASSWORD: PASSWORD,
        VSMS_DATA_DIR: '/nonexistent/data',
        VSMS_NEW_PASSWORD: PASSWORD,
        // Another note than the machine has.
        EDITOR: `sed -i 's/^notes: .*/notes: edited/'`,
      },
      words,
    );

  /** What the roles that may not must leave as it is. */
  const state = async (): Promise<unknown> => {
    const of = async (path: string) => (await rest.expect(200, path)).body;
    const vms: readonly { readonly id: string; readonly state: string }[] = (await of('/vms')).items;
    return [
      ...(await Promise.all(
        vms.map(async ({ id, state: now }) => [
          now,
          await of(`/vms/${id}/settings`),
          await of(`/vms/${id}/devices`),
          await of(`/vms/${id}/checkpoints`),
        ]),
      )),
      await of('/plans'),
      await of('/switches'),
      // Disks of checkpoints go when it is their turn.
      (await readdir(places.images, { recursive: true })).filter((name) => !/_[0-9A-F-]{36}\.qcow2$/.test(name)),
      await readdir(places.scratch),
    ];
  };

  test('who may not is told so, with exit code 4, and changes nothing; who may is let through', async () => {
    const wrong: string[] = [];
    for (const [name, [right, words]] of Object.entries(COMMANDS)) {
      if (right === 'host' || words === undefined) continue;
      // The lesser roles first: what they must not do would be missed by the others.
      for (const role of ROLES) {
        const may: boolean = ALLOWED[right].includes(role);
        const before: unknown = may ? null : await state();
        const { code, said } = await run(role, INSTEAD[name]?.(places) ?? [...name.split(' '), ...words(places)]);
        const first = ALLOWED[right][0] === role;
        if ((code === EXIT.denied) === may || (first && code !== (OUTCOMES[name] ?? EXIT.ok)))
          wrong.push(`${role}: ${name}: ${code} ${said.slice(0, 200)}`);
        if (!may) assert.deepEqual(await state(), before, `${role}: ${name}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('what is of the host cannot be done by the wire, whatever the role', async () => {
    const before = await Promise.all(['/users', '/tokens'].map((path) => rest.expect(200, path)));
    for (const [name, [right, words]] of Object.entries(COMMANDS)) {
      if (right !== 'host' || words === undefined) continue;
      const { code, said } = await run('administrator', [...name.split(' '), ...words(places)]);
      // There is nothing where it looks: of a trail that is no record, of all else a failure.
      assert.ok(code !== 0 || name.startsWith('audit '), `${name}: ${said}`);
      assert.doesNotMatch(said, /"?who"?|viewer@|test-passw0rd/i);
    }
    const now = await Promise.all(['/users', '/tokens'].map((path) => rest.expect(200, path)));
    assert.deepEqual(
      now.map(({ body }) => body),
      before.map(({ body }) => body),
    );
  });
});
