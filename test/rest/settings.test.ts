import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

const NOBODY = '00000000-0000-0000-0000-000000000001';

describe('machines, their settings and devices over REST', () => {
  let service: Service;
  let rest: Rest;
  let images: string;
  let switchId = '';
  const image = (name: string): string => join(images, name);
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    images = join(service.dataDirectory, 'images');
    mkdirSync(images);
    for (const name of ['a', 'b'])
      execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', image(`${name}.qcow2`), '64M']);
    const client = service.client();
    switchId = String((await client.first('SELECT Name FROM Msvm_VirtualEthernetSwitch'))?.properties['Name']);
    client.close();
  });
  after(() => service[Symbol.asyncDispose]());

  const create = async (body: object): Promise<string> => (await rest.post(201, '/vms', body)).body.id;
  const patch = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    rest.ask(path, { method: 'PATCH', body, headers });
  const devices = async (id: string, of = 'vms') => (await rest.expect(200, `/${of}/${id}/devices`)).body;

  test('a virtual TPM: of generation 2 only, on and off while the machine is off', async () => {
    const id = await create({ name: 'measured' });
    const tpm = async (): Promise<boolean | null> => (await rest.expect(200, `/vms/${id}/settings`)).body.security.tpm;
    assert.equal(await tpm(), false);
    const { body } = await patch(`/vms/${id}/settings`, { security: { tpm: true } });
    assert.equal(body.security.tpm, true);
    const client = service.client();
    assert.equal(
      (await client.first('SELECT TpmEnabled FROM Msvm_SecuritySettingData'))?.properties['TpmEnabled'],
      'true',
    );
    client.close();
    assert.equal((await patch(`/vms/${id}/settings`, { security: { tpm: 'yes' } })).status, 400);
    assert.equal((await patch(`/vms/${id}/settings`, { security: { tpm: false } })).body.security.tpm, false);
    const old = await create({ name: 'old', generation: 1 });
    const refused = await patch(`/vms/${old}/settings`, { security: { tpm: true } });
    assert.deepEqual([refused.status, refused.body.errors[0].path], [400, 'security.tpm']);
    assert.equal((await rest.expect(200, `/vms/${old}/settings`)).body.security.tpm, null);
    for (const each of [id, old]) await rest.expect(204, `/vms/${each}`, { method: 'DELETE' });
  });

  test('forks of a checkpoint: machines of their own, running or not, all or none', async () => {
    const id = await create({ name: 'parent', disks: [{ path: image('b.qcow2') }] });
    await rest.post(200, `/vms/${id}/start`);
    const { body: checkpoint } = await rest.post(201, `/vms/${id}/checkpoints`, { name: 'base' });
    const { body, headers } = await rest.post(201, `/checkpoints/${checkpoint.id}/fork`, { count: 3, name: 'child' });
    assert.equal(body.items.length, 3);
    assert.equal(headers.get('location'), `/api/v1/vms/${body.items[0].id}`);
    assert.ok(
      body.items.every(({ name, state }: Record<string, string>) => name?.startsWith('child') && state === 'running'),
    );
    assert.equal(new Set(body.items.map(({ id: own }: { id: string }) => own)).size, 3);
    const { body: quiet } = await rest.post(201, `/checkpoints/${checkpoint.id}/fork`, { start: false });
    assert.notEqual(quiet.items[0].state, 'running');
    for (const wrong of [{ count: 0 }, { count: 1001 }, { name: '' }, { other: 1 }])
      await rest.post(400, `/checkpoints/${checkpoint.id}/fork`, wrong);
    await rest.post(404, `/checkpoints/${NOBODY}/fork`);
    for (const { id: fork } of [...body.items, ...quiet.items]) {
      await rest.ask(`/vms/${fork}/stop`, { method: 'POST' });
      await rest.expect(204, `/vms/${fork}`, { method: 'DELETE' });
    }
    await rest.post(200, `/vms/${id}/stop`);
    await rest.expect(204, `/vms/${id}`, { method: 'DELETE' });
  });

  for (const generation of [1, 2])
    test(`generation ${generation} with disks, adapter and serial port in one request`, async () => {
      const answer = await rest.post(201, '/vms', {
        name: `g${generation}`,
        generation,
        notes: 'made by a test',
        processors: 2,
        memory: { startupMb: 768, dynamic: true, minimumMb: 512, maximumMb: 2048 },
        disks: [{ path: image('a.qcow2') }, { kind: 'dvd' }],
        nics: [{ switchId, mac: '00:15:5d:00:00:01' }],
        serialPorts: [{ pipe: String.raw`\\.\pipe\one` }],
      });
      const { id } = answer.body;
      assert.equal(answer.headers.get('location'), `/api/v1/vms/${id}`);
      const { body: settings } = await rest.expect(200, `/vms/${id}/settings`);
      assert.deepEqual(
        [settings.name, settings.notes, settings.generation],
        [`g${generation}`, 'made by a test', generation],
      );
      const { startupMb, dynamic, minimumMb, maximumMb } = settings.memory;
      assert.deepEqual(
        [settings.processors.count, startupMb, dynamic, minimumMb, maximumMb],
        [2, 768, true, 512, 2048],
      );
      assert.equal(settings.firmware.secureBoot, generation === 2 ? true : null);
      const { controllers, disks, nics, serialPorts } = await devices(id);
      const kind = generation === 2 ? 'scsi' : 'ide';
      assert.equal(controllers.filter((each: { kind: string }) => each.kind === kind).length, generation === 2 ? 1 : 2);
      const shown = disks
        .filter((disk: { kind: string }) => disk.kind !== 'floppy')
        .map((disk: Record<string, unknown>) => [
          disk['kind'],
          disk['controller'],
          disk['controllerNumber'],
          disk['location'],
          disk['path'],
        ]);
      assert.deepEqual(shown, [
        ['disk', kind, 0, 0, image('a.qcow2')],
        ['dvd', kind, 0, 1, null],
      ]);
      const { mac, macDynamic, connected, switchId: at } = nics[0];
      assert.deepEqual([mac, macDynamic, connected, at], ['00155D000001', false, true, switchId]);
      assert.deepEqual(
        serialPorts.map(({ pipe }: { pipe: string | null }) => pipe),
        [String.raw`\\.\pipe\one`, null],
      );
      await rest.expect(204, `/vms/${id}`, { method: 'DELETE' });
    });

  test('what cannot be made leaves nothing behind, and the answer says why', async () => {
    for (const [body, code] of [
      [{}, 'invalid-request'],
      [{ name: '' }, 'invalid-request'],
      [{ name: 'x', colour: 'red' }, 'invalid-request'],
      [{ name: 'x', generation: 3 }, 'invalid-request'],
      [{ name: 'x', disks: [{ path: '/etc/shadow' }] }, 'invalid-parameter'],
      [{ name: 'x', disks: [{ path: image('../state/vsms.db') }] }, 'invalid-parameter'],
      [{ name: 'x', disks: [{ path: image('nothing.qcow2') }] }, 'invalid-parameter'],
      [{ name: 'x', generation: 1, disks: [{ path: image('nothing.qcow2') }] }, 'invalid-parameter'],
      [{ name: 'x', generation: 1, disks: Array.from({ length: 5 }, () => ({})) }, 'invalid-parameter'],
      [{ name: 'x', generation: 1, secureBoot: true }, 'invalid-parameter'],
      [{ name: 'x', nics: [{ switchId: NOBODY }] }, 'invalid-parameter'],
      [{ name: 'x', memory: { startupMb: 7 } }, 'invalid-parameter'],
      [{ name: 'x', serialPorts: [{ pipe: '/etc/passwd' }] }, 'invalid-parameter'],
    ] as const) {
      const { body: problem } = await rest.expect(400, '/vms', { method: 'POST', body });
      assert.equal(problem.code, code, JSON.stringify(body));
      assert.match(problem.detail, /\S.*\./, JSON.stringify(body));
    }
    assert.deepEqual((await rest.expect(200, '/vms')).body.items, []);
  });

  test('settings: only what is given changes; what cannot be is refused with its place', async () => {
    const id = await create({ name: 'settings' });
    const before = (await rest.expect(200, `/vms/${id}/settings`)).body;
    const { body: changed } = await rest.expect(200, `/vms/${id}/settings`, {
      method: 'PATCH',
      body: {
        name: 'renamed <b>&"\'',
        notes: 'zwei\nZeilen',
        processors: { count: 4, limitPercent: 50, reservePercent: 10.5 },
        memory: { startupMb: 2048 },
        firmware: { secureBoot: false },
        automatic: { startAction: 'alwaysStart', startDelaySeconds: 90_061 % 86_401, stopAction: 'shutdown' },
        checkpoints: { type: 'disabled' },
      },
    });
    assert.deepEqual(changed, {
      ...before,
      name: 'renamed <b>&"\'',
      notes: 'zwei\nZeilen',
      processors: { ...before.processors, count: 4, limitPercent: 50, reservePercent: 10.5 },
      // Memory that is not dynamic has no other limits.
      memory: { ...before.memory, startupMb: 2048, minimumMb: 2048, maximumMb: 2048 },
      firmware: { ...before.firmware, secureBoot: false },
      automatic: { ...before.automatic, startAction: 'alwaysStart', startDelaySeconds: 3660, stopAction: 'shutdown' },
      checkpoints: { ...before.checkpoints, type: 'disabled' },
    });
    assert.deepEqual((await rest.expect(200, `/vms/${id}/settings`)).body, changed);
    for (const [body, path] of [
      [{ processors: { count: 0.5 } }, 'processors.count'],
      [{ processors: { limitPercent: 101 } }, 'processors.limitPercent'],
      [{ automatic: { stopAction: 'explode' } }, 'automatic.stopAction'],
      [{ memory: { startupMb: '1' } }, 'memory.startupMb'],
    ] as const) {
      const { body: problem } = await patch(`/vms/${id}/settings`, body);
      assert.deepEqual([problem.code, problem.errors[0].path], ['invalid-request', path]);
    }
    for (const [text, character] of [
      ['a\u0001b', '0001'],
      ['\b', '0008'],
      ['x\u0000', '0000'],
      ['\uffff', 'FFFF'],
    ] as const)
      for (const [body, path] of [
        [{ notes: text }, 'notes'],
        [{ name: text }, 'name'],
        [{ firmware: { bootOrder: ['network', text] } }, 'firmware.bootOrder.1'],
      ] as const) {
        const { body: problem } = await patch(`/vms/${id}/settings`, body);
        assert.deepEqual([problem.code, problem.errors[0].path], ['invalid-request', path]);
        assert.match(
          problem.detail,
          new RegExp(`^The body: ${path}: holds the character U\\+${character}, .* XML 1\\.0`),
        );
      }
    for (const body of [{ generation: 1 }, { version: '9.0' }, { x: 1 }, { memory: { x: 1 } }, [], 'x', null])
      assert.equal((await patch(`/vms/${id}/settings`, body)).status, 400, JSON.stringify(body));
    assert.equal(
      (await patch(`/vms/${id}/settings`, { processors: { count: 100_000 } })).body.code,
      'invalid-parameter',
    );
    assert.deepEqual((await rest.expect(200, `/vms/${id}/settings`)).body, changed);
    await rest.expect(404, `/vms/${NOBODY}/settings`);
    const older = await create({ name: 'old', generation: 1 });
    assert.equal(
      (await patch(`/vms/${older}/settings`, { firmware: { secureBoot: true } })).body.code,
      'invalid-parameter',
    );
    assert.equal(
      (await patch(`/vms/${older}/settings`, { firmware: { bootOrder: ['network', 'ide', 'dvd', 'floppy'] } })).status,
      200,
    );
    assert.equal(
      (await patch(`/vms/${older}/settings`, { firmware: { bootOrder: ['usb'] } })).body.errors[0].path,
      'firmware.bootOrder',
    );
  });

  test('If-Match: of many changes that saw the same revision one is made', async () => {
    const id = await create({ name: 'revisions' });
    const etag = (await rest.expect(200, `/vms/${id}/settings`)).headers.get('etag') ?? '';
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => patch(`/vms/${id}/settings`, { notes: `change ${n}` }, { 'if-match': etag })),
    );
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 7 }, () => 412)]);
    const won = answers.find(({ status }) => status === 200);
    const lost = answers.find(({ status }) => status === 412);
    assert.equal(lost?.body.code, 'precondition-failed');
    assert.equal(lost?.headers.get('etag'), won?.headers.get('etag'));
    await rest.expect(304, `/vms/${id}/settings`, { headers: { 'if-none-match': won?.headers.get('etag') ?? '' } });
    assert.equal((await patch(`/vms/${id}/settings`, { notes: 'z' }, { 'if-match': '*' })).status, 200);
  });

  test('If-Match: every change that takes it is refused when it was seen otherwise, and right when not', async () => {
    const id = await create({ name: 'tagged', disks: [{ path: image('a.qcow2') }], nics: [{ switchId }] });
    const controller = async (place: string): Promise<string> =>
      (await rest.post(201, `${place}/controllers`, {})).body.id as string;
    const empty = await controller(`/vms/${id}`);
    const parts = await devices(id);
    const { body: checkpoint } = await rest.post(201, `/vms/${id}/checkpoints`, { name: 'c' });
    const { body: lab } = await rest.post(201, '/switches', { name: 'tagged' });
    const at = `/vms/${id}`;
    const directory = join(service.dataDirectory, 'exports');
    mkdirSync(directory);
    const source = await create({ name: 'source', disks: [{ path: image('a.qcow2') }], nics: [{ switchId }] });
    await rest.post(201, `/vms/${source}/checkpoints`, {});
    for (const action of ['start', 'save']) await rest.post(200, `/vms/${source}/${action}`);
    await rest.expect(204, `/vms/${source}/export`, { method: 'POST', body: { directory } });
    const definitions = join(directory, 'source', 'Virtual Machines');
    const definitionFile = join(definitions, readdirSync(definitions).find((each) => each.endsWith('.vmcx')) ?? '');
    const snapshotFolder = join(directory, 'source', 'Snapshots');
    const { body: plan } = await rest.post(201, '/plans', { definitionFile, snapshotFolder, newIdentifier: true });
    const { body: template } = await rest.post(201, '/plans', { definitionFile, snapshotFolder, newIdentifier: true });
    const emptyPlanned = await controller(`/plans/${plan.id}`);
    const planned = await devices(plan.id, 'plans');
    const [{ id: past }] = (await rest.expect(200, `/plans/${plan.id}/checkpoints`)).body.items;
    const emptyThen = await controller(`/checkpoints/${past}`);
    const then = await devices(past, 'checkpoints');
    const pastAt = `/checkpoints/${past}`;
    const planAt = `/plans/${plan.id}`;
    /** Operation -> its request, and where its tag is told. In an order in which each finds what it needs. */
    const changes: Readonly<Record<string, readonly [path: string, body: object | undefined, tagOf: string]>> = {
      changeVmSettings: [`${at}/settings`, { notes: 'x' }, `${at}/settings`],
      changeVmSerialPort: [`${at}/serial-ports/${parts.serialPorts[0].id}`, { pipe: null }, `${at}/devices`],
      changeVmIntegrationService: [
        `${at}/integration-services/${parts.integrationServices[0].id}`,
        { enabled: false },
        `${at}/devices`,
      ],
      addVmController: [`${at}/controllers`, {}, `${at}/devices`],
      addVmDisk: [`${at}/disks`, { kind: 'dvd' }, `${at}/devices`],
      addVmNic: [`${at}/nics`, {}, `${at}/devices`],
      changeVmNic: [`${at}/nics/${parts.nics[0].id}`, { name: 'x' }, `${at}/devices`],
      removeVmNic: [`${at}/nics/${parts.nics[0].id}`, undefined, `${at}/devices`],
      changeVmDisk: [`${at}/disks/${parts.disks[0].id}`, { path: image('b.qcow2') }, `${at}/devices`],
      removeVmDisk: [`${at}/disks/${parts.disks[0].id}`, undefined, `${at}/devices`],
      removeVmController: [`${at}/controllers/${empty}`, undefined, `${at}/devices`],
      changeHostSettings: ['/host/settings', {}, '/host/settings'],
      changeSwitch: [`/switches/${lab.id}`, { notes: 'x' }, `/switches/${lab.id}`],
      deleteSwitch: [`/switches/${lab.id}`, undefined, `/switches/${lab.id}`],
      validatePlan: [`${planAt}/validate`, {}, planAt],
      realizePlan: [`/plans/${template.id}/realize`, {}, `/plans/${template.id}`],
      discardSavedStateOfPlan: [`${planAt}/discard-saved-state`, {}, planAt],
      changePlanSettings: [`${planAt}/settings`, { notes: 'x' }, `${planAt}/settings`],
      addPlanController: [`${planAt}/controllers`, {}, `${planAt}/devices`],
      addPlanDisk: [`${planAt}/disks`, { kind: 'dvd' }, `${planAt}/devices`],
      addPlanNic: [`${planAt}/nics`, {}, `${planAt}/devices`],
      changePlanNic: [`${planAt}/nics/${planned.nics[0].id}`, { name: 'x' }, `${planAt}/devices`],
      removePlanNic: [`${planAt}/nics/${planned.nics[0].id}`, undefined, `${planAt}/devices`],
      changePlanDisk: [`${planAt}/disks/${planned.disks[0].id}`, { path: image('b.qcow2') }, `${planAt}/devices`],
      removePlanDisk: [`${planAt}/disks/${planned.disks[0].id}`, undefined, `${planAt}/devices`],
      removePlanController: [`${planAt}/controllers/${emptyPlanned}`, undefined, `${planAt}/devices`],
      changeCheckpointSettings: [`${pastAt}/settings`, { processors: { count: 2 } }, `${pastAt}/settings`],
      addCheckpointController: [`${pastAt}/controllers`, {}, `${pastAt}/devices`],
      addCheckpointDisk: [`${pastAt}/disks`, { kind: 'dvd' }, `${pastAt}/devices`],
      addCheckpointNic: [`${pastAt}/nics`, {}, `${pastAt}/devices`],
      changeCheckpointNic: [`${pastAt}/nics/${then.nics[0].id}`, { name: 'x' }, `${pastAt}/devices`],
      removeCheckpointNic: [`${pastAt}/nics/${then.nics[0].id}`, undefined, `${pastAt}/devices`],
      changeCheckpointDisk: [`${pastAt}/disks/${then.disks[0].id}`, { path: image('b.qcow2') }, `${pastAt}/devices`],
      removeCheckpointDisk: [`${pastAt}/disks/${then.disks[0].id}`, undefined, `${pastAt}/devices`],
      removeCheckpointController: [`${pastAt}/controllers/${emptyThen}`, undefined, `${pastAt}/devices`],
      discardPlan: [planAt, undefined, planAt],
      // Last: disks are merged afterwards, which changes them.
      changeCheckpoint: [`/checkpoints/${checkpoint.id}`, { notes: 'x' }, `/checkpoints/${checkpoint.id}`],
      deleteCheckpoint: [`/checkpoints/${checkpoint.id}`, undefined, `/checkpoints/${checkpoint.id}`],
    };
    const { body: document } = await rest.expect(200, '//openapi.json');
    const verbs = new Map<string, string>();
    for (const operations of Object.values(document.paths as Record<string, Record<string, object>>))
      for (const [verb, operation] of Object.entries(operations))
        if (JSON.stringify(operation).includes('"#/components/parameters/ifMatch"'))
          verbs.set((operation as { operationId: string }).operationId, verb.toUpperCase());
    assert.deepEqual([...verbs.keys()].toSorted(), Object.keys(changes).toSorted());
    for (const [operation, [path, body, tagOf]] of Object.entries(changes)) {
      const ask = (tag: string) =>
        rest.ask(path, {
          method: verbs.get(operation) ?? assert.fail(operation),
          headers: { 'if-match': tag },
          ...(body === undefined ? {} : { body }),
        });
      const refused = await ask('"seen-long-ago"');
      const tag = (await rest.expect(200, tagOf)).headers.get('etag') ?? '';
      assert.deepEqual([refused.status, refused.headers.get('etag')], [412, tag], `${operation}: ${refused.text}`);
      const done = await ask(tag);
      assert.ok([200, 201, 204].includes(done.status), `${operation}: ${done.text}`);
      const next = done.headers.get('etag');
      if (next !== null) assert.equal(next, (await rest.expect(200, tagOf)).headers.get('etag'), operation);
    }
    for (const each of [id, source, template.id]) await rest.expect(204, `/vms/${each}`, { method: 'DELETE' });
  });

  test('If-Match: a change that compares nothing with it is not made', async () => {
    const id = await create({ name: 'untagged' });
    const refused = await rest.expect(400, `/vms/${id}/start`, { method: 'POST', headers: { 'if-match': '"x"' } });
    assert.equal(refused.body.code, 'invalid-request');
    assert.equal((await rest.expect(200, `/vms/${id}`, { headers: { 'if-match': '"x"' } })).body.state, 'off');
    await rest.expect(204, `/vms/${id}`, { method: 'DELETE' });
  });

  test('the order of booting follows the boot sources', async () => {
    const id = await create({ name: 'boots', disks: [{ path: image('a.qcow2') }], nics: [{ switchId }] });
    const { body } = await rest.expect(200, `/vms/${id}/boot-sources`);
    const order = body.items.map((each: { id: string }) => each.id);
    assert.equal(order.length, 2);
    const told = await patch(`/vms/${id}/settings`, { firmware: { bootOrder: order.toReversed() } });
    assert.deepEqual(told.body.firmware.bootOrder, order.toReversed());
  });

  test('drives and controllers: added, filled, emptied, removed', async () => {
    const id = await create({ name: 'drives' });
    const base = `/vms/${id}`;
    const disk = (await rest.post(201, `${base}/disks`, { path: image('a.qcow2') })).body;
    assert.deepEqual([disk.kind, disk.controller, disk.location, disk.path], ['disk', 'scsi', 0, image('a.qcow2')]);
    const dvd = (await rest.post(201, `${base}/disks`, { kind: 'dvd' })).body;
    assert.deepEqual([dvd.kind, dvd.location, dvd.path, dvd.imageId], ['dvd', 1, null, null]);
    assert.equal((await patch(`${base}/disks/${disk.id}`, { path: image('b.qcow2') })).body.path, image('b.qcow2'));
    assert.equal((await patch(`${base}/disks/${disk.id}`, { path: null })).body.path, null);
    assert.equal((await patch(`${base}/disks/${disk.id}`, { path: image('a.qcow2') })).body.path, image('a.qcow2'));
    assert.equal((await patch(`${base}/disks/${disk.id}`, { path: '/etc/passwd' })).body.code, 'invalid-parameter');
    assert.equal((await rest.post(400, `${base}/disks`, { location: 0 })).body.code, 'invalid-parameter');
    assert.equal((await rest.post(400, `${base}/disks`, { controllerId: 'x' })).body.code, 'invalid-parameter');
    const controller = (await rest.post(201, `${base}/controllers`, {})).body;
    assert.deepEqual([controller.kind, controller.number], ['scsi', 1]);
    const there = (await rest.post(201, `${base}/disks`, { controllerId: controller.id })).body;
    assert.deepEqual([there.controllerNumber, there.location], [1, 0]);
    for (const one of [disk, dvd, there]) await rest.expect(204, `${base}/disks/${one.id}`, { method: 'DELETE' });
    await rest.expect(404, `${base}/disks/${disk.id}`, { method: 'DELETE' });
    await rest.expect(204, `${base}/controllers/${controller.id}`, { method: 'DELETE' });
    assert.deepEqual((await devices(id)).disks, []);
    assert.equal((await devices(id)).controllers.length, 1);
  });

  test('a drive: put where it is wanted and moved, with what is in it; why not, is told at the member', async () => {
    for (const generation of [1, 2]) {
      const id = await create({ name: 'moved', generation });
      const base = `/vms/${id}`;
      const move = async (disk: { id: string }, body: object) => patch(`${base}/disks/${disk.id}`, body);
      const refused = async (answer: ReturnType<typeof patch>, path: string): Promise<void> => {
        const { status, body } = await answer;
        assert.deepEqual([status, body.code, body.errors[0]?.path], [400, 'invalid-parameter', path], body.detail);
      };
      // Generation 2 has none from the start.
      if (generation === 2) await rest.post(201, `${base}/controllers`, {});
      const scsi = (await rest.post(201, `${base}/controllers`, {})).body;
      const [first] = (await devices(id)).controllers.filter(({ kind }: { kind: string }) => kind !== 'floppy');
      const disk = (
        await rest.post(201, `${base}/disks`, { path: image('a.qcow2'), controllerId: scsi.id, location: 63 })
      ).body;
      assert.deepEqual([disk.controllerId, disk.location], [scsi.id, 63]);
      const add = (location: number) =>
        rest.ask(`${base}/disks`, { method: 'POST', body: { controllerId: scsi.id, location } });
      await refused(add(63), 'location');
      assert.equal((await add(64)).status, 400);
      const { body: moved } = await move(disk, { location: 5 });
      assert.deepEqual([moved.controllerId, moved.location, moved.path], [scsi.id, 5, image('a.qcow2')]);
      assert.equal((await move(disk, { location: 6 })).status, 404, 'it has another id now');
      if (generation === 1) {
        await refused(move(moved, { controllerId: first.id, location: 2 }), 'location');
        assert.equal(first.kind, 'ide');
      }
      const { body: other } = await move(moved, { controllerId: first.id });
      assert.deepEqual([other.controllerId, other.location, other.path], [first.id, 0, image('a.qcow2')]);
      const neighbour = (await rest.post(201, `${base}/disks`, { controllerId: first.id })).body;
      assert.equal(neighbour.location, 1);
      await refused(move(other, { location: 1 }), 'location');
      assert.deepEqual((await move(other, { location: 0 })).body, other, 'it is there already');
      await refused(move(other, { controllerId: 'x' }), 'controllerId');
      const both = await move(other, { path: image('b.qcow2'), location: 7 });
      assert.deepEqual([both.status, both.body.errors[0].path], [400, 'path']);
      const kept = await rest.expect(409, `${base}/controllers/${first.id}`, { method: 'DELETE' });
      assert.equal(kept.body.code, 'in-use');
      const { controllers, disks } = await devices(id);
      assert.equal(disks.find((each: { id: string }) => each.id === other.id).path, image('a.qcow2'));
      await rest.expect(204, `${base}/controllers/${scsi.id}`, { method: 'DELETE' });
      assert.equal((await devices(id)).controllers.length, controllers.length - 1);

      await rest.post(200, `${base}/start`);
      const [, second] = controllers.filter(({ kind }: { kind: string }) => kind === 'ide');
      const live = await move(other, generation === 1 ? { controllerId: second.id } : { location: 9 });
      if (generation === 1) {
        assert.deepEqual([live.status, live.body.code], [409, 'invalid-state']);
        assert.match(live.body.detail, /only while the virtual machine is off/);
      } else assert.deepEqual([live.status, live.body.location, live.body.path], [200, 9, image('a.qcow2')]);
      await rest.post(200, `${base}/stop`);
      await rest.expect(204, base, { method: 'DELETE' });
    }
  });

  test('an adapter that is told again to have a dynamic address keeps it, also while the machine runs', async () => {
    const id = await create({ name: 'told-again', nics: [{}] });
    await rest.post(200, `/vms/${id}/start`);
    const adapter = async () => (await devices(id)).nics[0];
    const { id: nic, name, mac } = await adapter();
    assert.notEqual(mac, '000000000000');
    // As a form sends it, whatever was changed in it.
    const plugged = await patch(`/vms/${id}/nics/${nic}`, { name, switchId, mac: null, vlanId: null });
    assert.deepEqual([plugged.status, plugged.body.connected, plugged.body.mac], [200, true, mac], plugged.text);
    await rest.post(200, `/vms/${id}/stop`);
    assert.equal((await patch(`/vms/${id}/nics/${nic}`, { name: 'other', mac: null })).status, 200);
    assert.equal((await adapter()).mac, mac);
    await rest.expect(204, `/vms/${id}`, { method: 'DELETE' });
  });

  test('network adapters: address, switch, VLAN', async () => {
    const id = await create({ name: 'nets' });
    const base = `/vms/${id}/nics`;
    const nic = (await rest.post(201, base, { name: 'LAN', switchId, vlanId: 7 })).body;
    assert.deepEqual([nic.name, nic.connected, nic.vlanId, nic.macDynamic], ['LAN', true, 7, true]);
    const change = async (body: object) =>
      (await rest.expect(200, `${base}/${nic.id}`, { method: 'PATCH', body })).body;
    assert.equal((await change({ vlanId: 9 })).vlanId, 9);
    assert.equal((await change({ vlanId: null })).vlanId, null);
    assert.deepEqual(Object.values(await change({ mac: '02-00-00-00-00-01', name: 'x' })).slice(2, 5), [
      'x',
      '020000000001',
      false,
    ]);
    assert.equal((await change({ mac: null })).macDynamic, true);
    const off = await change({ switchId: null });
    assert.deepEqual([off.connected, off.switchId], [false, null]);
    assert.equal((await change({ switchId })).connected, true);
    const lone = (await rest.post(201, base, {})).body;
    assert.deepEqual([lone.connected, lone.connectionId], [false, null]);
    assert.equal((await patch(`${base}/${lone.id}`, { vlanId: 3 })).body.code, 'invalid-parameter');
    assert.equal((await patch(`${base}/${lone.id}`, { switchId, vlanId: 3 })).body.vlanId, 3);
    for (const bad of [{ mac: 'x' }, { vlanId: 4095 }, { switchId: 'x' }, { kind: 'usb' }])
      await rest.post(400, base, bad);
    await rest.post(400, base, { switchId: NOBODY });
    await rest.post(400, base, { vlanId: 5 });
    for (const one of [nic, lone]) await rest.expect(204, `${base}/${one.id}`, { method: 'DELETE' });
    assert.deepEqual((await devices(id)).nics, []);
  });

  test('serial ports and integration services', async () => {
    const id = await create({ name: 'others' });
    const { serialPorts, integrationServices } = await devices(id);
    const port = `/vms/${id}/serial-ports/${serialPorts[1].id}`;
    assert.equal((await patch(port, { pipe: String.raw`\\.\pipe\two` })).body.pipe, String.raw`\\.\pipe\two`);
    assert.equal((await patch(port, { pipe: null })).body.pipe, null);
    const heartbeat = integrationServices.find(({ name }: { name: string }) => name === 'Heartbeat');
    for (const enabled of [false, true]) {
      const { body } = await patch(`/vms/${id}/integration-services/${heartbeat.id}`, { enabled });
      assert.equal(body.enabled, enabled);
    }
    await rest.expect(404, `/vms/${id}/serial-ports/x`, { method: 'PATCH', body: { pipe: null } });
  });

  test('checkpoints: the tree, names, apply, delete; their own settings and devices', async () => {
    const id = await create({ name: 'tree', disks: [{ path: image('b.qcow2') }] });
    const take = async (name: string) =>
      (await rest.post(201, `/vms/${id}/checkpoints`, { name, notes: `of ${name}` })).body;
    const one = await take('one');
    assert.deepEqual(
      [one.vmId, one.name, one.notes, one.parentId, one.type, one.hasMemory],
      [id, 'one', 'of one', null, 'standard', false],
    );
    await rest.post(200, `/vms/${id}/start`);
    const two = await take('two');
    assert.deepEqual([two.parentId, two.hasMemory], [one.id, true]);
    const list = (await rest.expect(200, `/vms/${id}/checkpoints`)).body;
    assert.deepEqual(
      list.items.map(({ name }: { name: string }) => name),
      ['one', 'two'],
    );
    assert.equal(list.currentParentId, two.id);
    await rest.post(200, `/vms/${id}/stop`);
    assert.equal((await rest.post(200, `/checkpoints/${one.id}/apply`)).body.state, 'off');
    assert.equal((await rest.expect(200, `/vms/${id}/checkpoints`)).body.currentParentId, one.id);
    const renamed = await patch(`/checkpoints/${one.id}`, { name: 'first' });
    assert.deepEqual([renamed.body.name, renamed.body.notes], ['first', 'of one']);
    assert.equal((await rest.expect(200, `/checkpoints/${two.id}/settings`)).body.name, 'two');
    assert.equal((await rest.expect(200, `/checkpoints/${two.id}/devices`)).body.disks.length, 1);
    await rest.expect(404, `/vms/${two.id}/settings`);
    await rest.expect(404, `/checkpoints/${id}`);
    await rest.expect(204, `/checkpoints/${one.id}?tree=true`, { method: 'DELETE' });
    assert.deepEqual((await rest.expect(200, `/vms/${id}/checkpoints`)).body.items, []);
    await rest.expect(404, `/checkpoints/${one.id}/apply`, { method: 'POST' });
  });
});
