import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { Service } from '../kit/service.ts';
import { SerialLine } from '../qemu/kit.ts';
import { Rest } from './kit.ts';

describe('machines over REST', () => {
  let service: Service;
  let rest: Rest;
  const ids: string[] = [];
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    const client = service.client();
    for (const name of ['beta', 'Alpha', 'gamma', 'alpha'])
      ids.push(
        await new VirtualMachines(client).create({
          name,
          generation: 2,
          memoryMb: 512,
          processors: 2,
          disks: [],
          isos: [],
          switch: null,
          serial: null,
          secureBoot: false,
          notes: `notes of ${name}`,
        }),
      );
    client.close();
  });
  after(() => service[Symbol.asyncDispose]());

  test('the list: by name without regard to case, filtered, in pages, with chosen fields', async () => {
    const names = async (query: string): Promise<string[]> =>
      (await rest.expect(200, `/vms${query}`)).body.items.map(({ name }: { name: string }) => name);
    assert.deepEqual(
      (await names('')).map((name) => name.toLowerCase()),
      ['alpha', 'alpha', 'beta', 'gamma'],
    );
    assert.deepEqual(
      (await names('?sort=-name')).map((name) => name.toLowerCase()),
      ['gamma', 'beta', 'alpha', 'alpha'],
    );
    assert.deepEqual(await names('?q=NOTES%20OF%20B'), ['beta']);
    assert.deepEqual(await names('?state=running'), []);
    assert.equal((await names('?state=off,running')).length, 4);
    for (const sort of ['name', '-name']) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { body } = await rest.expect(200, `/vms?limit=1&sort=${sort}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        assert.equal(body.items.length, 1);
        seen.push(body.items[0].id);
        cursor = body.next;
      }
      assert.deepEqual(seen.toSorted(), ids.toSorted(), sort);
    }
    const { body, headers } = await rest.expect(200, '/vms?fields=id,state');
    assert.deepEqual(Object.keys(body.items[0]), ['id', 'state']);
    // The tag of a list is that of what it tells.
    const known = { headers: { 'if-none-match': headers.get('etag') ?? '' } };
    await rest.expect(304, '/vms?fields=id,state', known);
    for (const other of ['/vms?fields=id,name', '/vms', '/vms?fields=id,state&limit=1'])
      await rest.expect(200, other, known);
    for (const bad of [
      '?limit=0',
      '?limit=1001',
      '?state=flying',
      '?cursor=!',
      '?fields=a;b',
      '?fields=id,nme',
      '?unknown=1',
      '?limit=x',
    ])
      assert.equal((await rest.expect(400, `/vms${bad}`)).body.code, 'invalid-request', bad);
  });

  test('each member alone is the one of the whole machine, in long pages as in short ones, and of one machine', async () => {
    await rest.expect(200, `/vms/${ids[1]}/start`, { method: 'POST' });
    // What goes on by itself while it runs.
    const moving = new Set(['cpuPercent', 'memoryUsageMb', 'uptimeSeconds', 'heartbeat', 'guestOperatingSystem']);
    for (const limit of [100, 1000]) {
      const whole = (await rest.expect(200, `/vms?limit=${limit}`)).body.items;
      assert.deepEqual(whole.map(({ state }: { state: string }) => state).toSorted(), ['off', 'off', 'off', 'running']);
      for (const name of Object.keys(whole[0])) {
        const { items } = (await rest.expect(200, `/vms?limit=${limit}&fields=id,${name}`)).body;
        const compared = moving.has(name) ? whole.filter(({ state }: { state: string }) => state === 'off') : whole;
        for (const machine of compared)
          assert.deepEqual(
            items.find(({ id }: { id: string }) => id === machine.id),
            { id: machine.id, [name]: machine[name] },
            name,
          );
      }
    }
    const one = (await rest.expect(200, `/vms/${ids[1]}?fields=name,processId,memoryMb`)).body;
    assert.deepEqual(Object.keys(one), ['name', 'processId', 'memoryMb']);
    assert.equal(one.memoryMb, 512);
    // Of what is not told, too.
    assert.deepEqual((await rest.expect(200, '/vms?fields=id&limit=1000&state=running')).body.items, [{ id: ids[1] }]);
    assert.deepEqual((await rest.expect(200, '/vms?fields=id&limit=1000&q=notes%20of%20beta')).body.items, [
      { id: ids[0] },
    ]);
    await rest.expect(200, `/vms/${ids[1]}/stop`, { method: 'POST' });
  });

  test('one machine: what it is, by id in any case, and its ETag', async () => {
    const { body, headers } = await rest.expect(200, `/vms/${ids[0]?.toLowerCase()}`);
    const { name, state, generation, processors, memoryMb, notes, health, checkpointCount, jobs } = body;
    assert.deepEqual(
      { name, state, generation, processors, memoryMb, notes, health, checkpointCount, jobs },
      {
        name: 'beta',
        state: 'off',
        generation: 2,
        processors: 2,
        memoryMb: 512,
        notes: 'notes of beta',
        health: 'ok',
        checkpointCount: 0,
        jobs: [],
      },
    );
    assert.match(body.createdAt, /^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
    const etag = headers.get('etag') ?? '';
    const again = await rest.expect(304, `/vms/${ids[0]}`, { headers: { 'if-none-match': etag } });
    assert.equal(again.text, '');
    for (const id of ['00000000-0000-0000-0000-000000000001', 'x', "' OR '1'='1", '..%2f..%2fetc'])
      assert.equal((await rest.expect(404, `/vms/${encodeURIComponent(id)}`)).body.code, 'not-found');
  });

  test('states: each action waits for its end and tells the machine; a wrong one says why', async () => {
    const [id] = ids;
    const act = async (action: string, state: string): Promise<void> =>
      assert.equal((await rest.post(200, `/vms/${id}/${action}`)).body.state, state, action);
    await act('start', 'running');
    assert.ok((await rest.expect(200, `/vms/${id}`)).body.uptimeSeconds >= 0);
    const refused = await rest.post(409, `/vms/${id}/start`);
    assert.deepEqual(
      [refused.body.code, refused.body.returnValue, refused.body.method],
      ['invalid-state', 32775, 'RequestStateChange'],
    );
    assert.match(refused.body.detail, /\w+ .*\./);
    await act('pause', 'paused');
    await act('resume', 'running');
    await act('save', 'saved');
    await act('start', 'running');
    await act('shutdown', 'off');
    await act('start', 'running');
    assert.equal((await rest.post(200, `/vms/${id}/shutdown`, { turnOffAfterSeconds: 60 })).body.state, 'off');
    await act('start', 'running');
    await act('stop', 'off');
    await rest.post(404, '/vms/00000000-0000-0000-0000-000000000001/start');
    await rest.post(400, `/vms/${id}/start`, { force: true });
  });

  test('reset and restart: the guest boots again with its memory lost, in the same process', async () => {
    const pipe = String.raw`\\.\pipe\boots`;
    const { body: vm } = await rest.post(201, '/vms', { name: 'boots', serialPorts: [{ pipe }] });
    const at = `/vms/${vm.id}`;
    for (const action of ['reset', 'restart'])
      assert.equal(
        (await rest.post(409, `${at}/${action}`)).body.code,
        'invalid-state',
        `${action} of one that is off`,
      );
    const { body: first } = await rest.post(200, `${at}/start`);
    using line = await SerialLine.connect(join(service.dataDirectory, 'pipes/boots'));
    await line.expect(/READY/);
    for (const action of ['reset', 'restart']) {
      line.write('w');
      await line.expect(/WROTE 1\r/);
      const { body: again } = await rest.post(200, `${at}/${action}`);
      assert.deepEqual([again.state, again.processId], ['running', first.processId], action);
      await line.expect(/READY/);
      line.write('i');
      assert.equal((await line.expect(/INFO .*seq=(\d+)/))[1], '0', action);
    }
    await rest.post(200, `${at}/pause`);
    assert.equal((await rest.post(409, `${at}/restart`)).body.code, 'invalid-state', 'its guest hears nothing');
    await rest.post(200, `${at}/stop`);
    await rest.expect(204, at, { method: 'DELETE' });
  });

  test('respond-async: 202, the job, and its end by wait', async () => {
    const [, id] = ids;
    const started = await rest.expect(202, `/vms/${id}/start`, {
      method: 'POST',
      headers: { prefer: 'respond-async' },
    });
    assert.equal(started.headers.get('location'), `/api/v1/jobs/${started.body.id}`);
    assert.equal(started.headers.get('preference-applied'), 'respond-async');
    const { body: job } = await rest.expect(200, `/jobs/${started.body.id}?wait=30`);
    assert.deepEqual([job.state, job.percent, job.error], ['completed', 100, null]);
    assert.deepEqual(job.affected, [{ kind: 'vm', id }]);
    assert.ok(job.owner.endsWith('\\admin'));
    const { body: list } = await rest.expect(200, '/jobs?limit=1');
    assert.equal(list.items[0].id, job.id);
    assert.equal((await rest.post(409, `/jobs/${job.id}/cancel`)).body.code, 'invalid-state');
    await rest.expect(404, '/jobs/00000000-0000-0000-0000-000000000001');
    await rest.post(200, `/vms/${id}/stop`);
  });

  test('Idempotency-Key: the same request is answered once, another one with the key is refused', async () => {
    const [, , id] = ids;
    const ask = (path: string) => rest.ask(path, { method: 'POST', headers: { 'idempotency-key': 'k1' } });
    const [first, second] = await Promise.all([ask(`/vms/${id}/start`), ask(`/vms/${id}/start`)]);
    const third = await ask(`/vms/${id}/start`);
    assert.deepEqual([first.status, second.status, third.status], [200, 200, 200]);
    assert.deepEqual(third.body, first.body);
    assert.equal(third.headers.get('idempotency-replayed'), 'true');
    const { body: jobs } = await rest.expect(200, '/jobs?limit=1000');
    const starts = [];
    for (const { id: job } of jobs.items) {
      const { body } = await rest.expect(200, `/jobs/${job}`);
      if (body.affected.some((each: { id: string }) => each.id === id)) starts.push(job);
    }
    assert.equal(starts.length, 1);
    assert.equal((await ask(`/vms/${id}/stop`)).body.code, 'idempotency-key-reused');
    // What was refused is not remembered: it may go well the next time.
    const again = () => rest.ask(`/vms/${id}/start`, { method: 'POST', headers: { 'idempotency-key': 'k2' } });
    assert.equal((await again()).status, 409);
    await rest.post(200, `/vms/${id}/stop`);
    assert.equal((await again()).status, 200);
    await rest.post(200, `/vms/${id}/stop`);
  });

  test('delete', async () => {
    const [, , , id] = ids;
    await rest.post(200, `/vms/${id}/start`);
    assert.equal((await rest.expect(409, `/vms/${id}`, { method: 'DELETE' })).body.code, 'invalid-state');
    await rest.post(200, `/vms/${id}/stop`);
    await rest.expect(204, `/vms/${id}`, { method: 'DELETE' });
    await rest.expect(404, `/vms/${id}`);
    await rest.expect(404, `/vms/${id}`, { method: 'DELETE' });
  });
});
