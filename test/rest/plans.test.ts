import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CimError, type CimErrorCode } from '../../src/cim/errors.ts';
import { CimInstance } from '../../src/cim/instance.ts';
import { loadRepository } from '../../src/cim/repository/load.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import type { MachineDefinition } from '../../src/hvfile/definition/definition.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { Management } from '../../src/rest/management/management.ts';
import { PLAN, V2 } from '../../src/rest/management/names.ts';
import { planRoutes } from '../../src/rest/plans/routes.ts';
import { adapterOn, checkpoint, DISKS, FIRST, plain, put } from '../core/plans/plan-kit.ts';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

interface Named {
  readonly kind: string;
  readonly hostPath: string | null;
  readonly problem: string | null;
}

interface Found {
  readonly messageId: string;
  readonly blocking: boolean;
  readonly configurationId: string;
  readonly sourceId: string | null;
  readonly arguments: readonly string[];
}

describe('plans over REST: what does not fit this host is told, and changed', () => {
  let service: Service;
  let rest: Rest;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
  });
  after(() => service[Symbol.asyncDispose]());

  const pathsOf = async (at: string): Promise<readonly Named[]> => (await rest.expect(200, `${at}/paths`)).body.items;
  const of = (paths: readonly Named[], kind: string) => paths.find((each) => each.kind === kind);
  const patch = (path: string, body: object) => rest.expect(200, path, { method: 'PATCH', body });
  const found = async (plan: string): Promise<readonly Found[]> =>
    (await rest.post(200, `/plans/${plan}/validate`)).body.findings.filter(({ blocking }: Found) => blocking);
  const numbers = async (plan: string): Promise<readonly string[]> =>
    [...new Set((await found(plan)).map(({ messageId }) => messageId))].toSorted();

  /** What another host left in a folder of this one. */
  const imported = async (
    name: string,
    definition: Partial<MachineDefinition>,
    checkpoints: readonly MachineDefinition[] = [],
  ): Promise<string> => {
    const folder = join(service.dataDirectory, 'exports', name);
    const machine = plain(definition);
    for (const each of checkpoints)
      await put(join(folder, 'Snapshots', `${each.id}.vmcx`), writeContainer(writeDefinition(each)));
    await put(join(folder, DISKS, 'disk.raw'), Buffer.alloc(65_536));
    await put(join(folder, DISKS, 'first.raw'), Buffer.alloc(65_536));
    const file = join(folder, 'Virtual Machines', `${machine.id}.vmcx`);
    await put(file, writeContainer(writeDefinition(machine)));
    const snapshotFolder = join(folder, 'Snapshots');
    const { body } = await rest.post(201, '/plans', {
      definitionFile: file,
      ...(checkpoints.length === 0 ? {} : { snapshotFolder }),
    });
    return body.id;
  };

  test('both paths of folders, disks and ports are told: as they were written, and as they are on this host', async () => {
    mkdirSync(join(service.dataDirectory, 'drives/c/VMs'), { recursive: true });
    const disk = 'C:\\VMs\\paths.vhdx';
    await rest.post(201, '/images', { path: disk, sizeBytes: 8 << 20 });
    const { body: vm } = await rest.post(201, '/vms', {
      name: 'paths',
      disks: [{ path: disk }],
      serialPorts: [{ pipe: '\\\\.\\pipe\\paths' }],
    });
    const { body: devices } = await rest.expect(200, `/vms/${vm.id}/devices`);
    const paths = await pathsOf(`/vms/${vm.id}`);
    assert.deepEqual(of(paths, 'disk'), {
      kind: 'disk',
      sourceId: devices.disks[0].imageId,
      path: disk,
      hostPath: join(service.dataDirectory, 'drives/c/VMs/paths.vhdx'),
      problem: null,
    });
    assert.equal(of(paths, 'serialPort')?.hostPath, join(service.dataDirectory, 'pipes/paths'));
    for (const kind of ['configuration', 'checkpoints', 'swap'])
      assert.ok(of(paths, kind)?.hostPath?.startsWith(service.dataDirectory), kind);
    await rest.expect(204, `/vms/${vm.id}`, { method: 'DELETE' });
    await rest.expect(404, `/vms/${vm.id}/paths`);
  });

  test('folders of another host, of the plan and of its checkpoint: told by both paths, changed, realized', async () => {
    const elsewhere = { ConfigurationDataRoot: 'E:\\VMs', SnapshotDataRoot: 'E:\\VMs', SwapFileDataRoot: 'E:\\VMs' };
    const first = checkpoint(FIRST, 'first', 'first.raw');
    const plan = await imported(
      'folders',
      {
        system: { ...plain().system, ...elsewhere },
        snapshots: { items: [{ id: FIRST, parent: null }], parent: FIRST },
      },
      [{ ...first, system: { ...first.system, ...elsewhere } }],
    );
    assert.deepEqual(await numbers(plan), ['90006']);
    const [swap] = (await pathsOf(`/plans/${plan}`)).filter(({ kind }) => kind === 'swap');
    assert.equal(swap?.hostPath, null);
    assert.match(swap?.problem ?? '', /no drive E:/);
    mkdirSync(join(service.dataDirectory, 'drives/c/folders'), { recursive: true });
    const folder = 'C:\\folders';
    const folders = { configuration: folder, checkpoints: folder, swap: folder };
    for (const id of new Set((await found(plan)).map(({ configurationId }) => configurationId)))
      await patch(`/${id === plan ? 'plans' : 'checkpoints'}/${id}/settings`, { folders });
    assert.deepEqual(await numbers(plan), []);
    const refused = await rest.ask(`/plans/${plan}/settings`, { method: 'PATCH', body: { folders: elsewhere } });
    assert.equal(refused.status, 400);
    await rest.post(200, `/plans/${plan}/realize`);
    const host = of(await pathsOf(`/vms/${plan}`), 'configuration')?.hostPath;
    assert.equal(host, join(service.dataDirectory, 'drives/c/folders'));
    await rest.expect(204, `/vms/${plan}`, { method: 'DELETE' });
  });

  test('a disk and an adapter of a checkpoint that are not here: changed there, and only in plans', async () => {
    const lost = checkpoint(FIRST, 'first', 'lost.raw');
    const adapters = [adapterOn('99999999-9999-4999-8999-999999999999', 'Lab net')];
    const plan = await imported('checkpoint', { snapshots: { items: [{ id: FIRST, parent: null }], parent: FIRST } }, [
      { ...lost, adapters },
    ]);
    const at = `/checkpoints/${FIRST}`;
    assert.deepEqual(await numbers(plan), ['33012', '90003']);
    const { body: devices } = await rest.expect(200, `${at}/devices`);
    const missing = (await found(plan)).find(({ messageId }) => messageId === '90003');
    assert.deepEqual([missing?.configurationId, missing?.sourceId], [FIRST, devices.disks[0].imageId]);
    const before = (await rest.expect(200, `/plans/${plan}`)).headers.get('etag');
    const file = join(service.dataDirectory, 'exports/checkpoint', DISKS, 'first.raw');
    await patch(`${at}/disks/${devices.disks[0].id}`, { path: file });
    await patch(`${at}/nics/${devices.nics[0].id}`, { switchId: null });
    assert.deepEqual(await numbers(plan), []);
    assert.notEqual((await rest.expect(200, `/plans/${plan}`)).headers.get('etag'), before, 'it is another plan now');
    await rest.post(200, `/plans/${plan}/realize`);
    for (const [method, path, body] of [
      ['PATCH', `${at}/settings`, { memory: { startupMb: 64 } }],
      ['PATCH', `${at}/disks/${devices.disks[0].id}`, { path: file }],
      ['DELETE', `${at}/disks/${devices.disks[0].id}`, undefined],
      ['POST', `${at}/disks`, { kind: 'dvd' }],
      ['PATCH', `${at}/nics/${devices.nics[0].id}`, { name: 'other' }],
    ] as const) {
      const answer = await rest.ask(path, { method, ...(body === undefined ? {} : { body }) });
      assert.ok(answer.status === 400 || answer.status === 409, `${method} ${path}: ${answer.text}`);
      assert.match(answer.body.detail, /checkpoint/i);
    }
  });
});

test('a plan that goes while the list is read is not in the list; the others are no less so', async () => {
  const repository = loadRepository();
  const planned = repository.namespace(V2)?.class(PLAN);
  assert.ok(planned);
  let failure: CimErrorCode = 'notFound';
  const broker = {
    execute: async (_context: unknown, { kind }: { readonly kind: string }) => {
      if (kind !== 'execQuery') throw new CimError(failure, 'gone');
      return { items: [new CimInstance(planned, { Name: FIRST, ElementName: 'a' })], columns: null };
    },
  };
  const list = planRoutes.find(({ id }) => id === 'listPlans');
  const answer = async () =>
    list?.handle({
      management: new Management(broker as never, {} as never, 0),
      query: { limit: 10 },
    } as never);
  assert.deepEqual((await answer())?.body, { items: [], next: null });
  failure = 'accessDenied';
  await assert.rejects(answer(), CimError);
});
