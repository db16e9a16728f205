import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { Service } from '../kit/service.ts';
import { EventReader, type Told } from './event-reader.ts';
import { Rest } from './kit.ts';

describe('the event stream', () => {
  let service: Service;
  let rest: Rest;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
  });
  after(() => service[Symbol.asyncDispose]());

  const create = async (name: string): Promise<string> => {
    const client = service.client();
    try {
      return await new VirtualMachines(client).create({
        name,
        generation: 2,
        memoryMb: 512,
        processors: 1,
        disks: [],
        isos: [],
        switch: null,
        serial: null,
        secureBoot: false,
        notes: '',
      });
    } finally {
      client.close();
    }
  };

  const aboutVm = (id: string, state: string | null) => (told: Told) =>
    told.event === 'vm' && told.data.id === id && (told.data.vm?.state ?? null) === state;

  test('a machine from its making to its end, whoever changes it; jobs with what they are about', async () => {
    await using events = await EventReader.open(rest, service.password);
    const hello = await events.until(({ event }) => event === 'hello');
    assert.equal(hello.data.resumed, false);
    assert.equal(hello.id, hello.data.position);
    const id = await create('watched');
    const made = await events.until(aboutVm(id, 'off'));
    assert.equal(made.data.change, 'created');
    assert.equal(made.data.vm.name, 'watched');
    await rest.post(200, `/vms/${id}/start`);
    await events.until(aboutVm(id, 'running'));
    const job = await events.until(({ event, data }) => event === 'job' && data.job.state === 'completed');
    assert.deepEqual(job.data.job.affected, [{ kind: 'vm', id }]);
    const client = service.client();
    const checkpoint = await new Checkpoints(client).create(id, { type: 'standard', name: 'one' }, {});
    client.close();
    const told = await events.until(({ event }) => event === 'checkpoint');
    assert.deepEqual(told.data, { kind: 'checkpoint', change: 'created', id: checkpoint.id, vmId: id });
    assert.ok(
      events.seen.some(({ event, data }) => event === 'vm' && data.vm?.checkpointCount === 1),
      'the machine tells the number of its checkpoints',
    );
    await rest.post(200, `/vms/${id}/stop`);
    await rest.expect(204, `/vms/${id}`, { method: 'DELETE' });
    assert.equal((await events.until(aboutVm(id, null))).data.change, 'deleted');
    const positions = events.seen.flatMap(({ id: position }) =>
      position === null ? [] : [Number(position.split('-')[1])],
    );
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
      'positions grow',
    );
  });

  test('a reader who comes back goes on where it was; one who was away too long is told so', async () => {
    const id = await create('resumed');
    let position: string;
    {
      await using first = await EventReader.open(rest, service.password);
      await first.until(({ event }) => event === 'hello');
      await rest.post(200, `/vms/${id}/start`);
      position = (await first.until(aboutVm(id, 'running'))).id ?? '';
    }
    await rest.post(200, `/vms/${id}/pause`);
    await rest.post(200, `/vms/${id}/stop`);
    {
      await using second = await EventReader.open(rest, service.password, '', { 'last-event-id': position });
      const hello = await second.until(({ event }) => event === 'hello');
      assert.deepEqual([hello.data.resumed, hello.data.position], [true, position]);
      await second.until(aboutVm(id, 'paused'));
      await second.until(aboutVm(id, 'off'));
    }
    for (const unknown of ['deadbeef-1', `${position.split('-')[0]}-999999`, 'x', '']) {
      await using third = await EventReader.open(rest, service.password, '?only=vm', { 'last-event-id': unknown });
      assert.equal((await third.until(({ event }) => event === 'hello')).data.resumed, false, unknown);
    }
  });

  test('one who missed more than is told at once reads everything again, and is not cut off', async () => {
    const id = await create('long-winded');
    let position: string;
    {
      await using first = await EventReader.open(rest, service.password);
      position = (await first.until(({ event }) => event === 'hello')).id ?? '';
    }
    const change = (n: number) => {
      const notes = `${n}`.padEnd(32_000, ' long');
      return rest.expect(200, `/vms/${id}/settings`, { method: 'PATCH', body: { notes } });
    };
    // Of 32 kB each.
    for (let n = 0; n < 80; n++) await change(n);
    await using second = await EventReader.open(rest, service.password, '', { 'last-event-id': position });
    const hello = await second.until(({ event }) => event === 'hello');
    assert.equal(hello.data.resumed, false);
    assert.notEqual(hello.data.position, position);
    await change(80);
    const next = await second.until(aboutVm(id, 'off'));
    assert.ok(next.data.vm.notes.startsWith('80 '), 'it goes on from there');
  });

  test('only some kinds; figures of running machines', async () => {
    const id = await create('figures');
    await using events = await EventReader.open(rest, service.password, '?only=job&figures=1');
    await rest.post(200, `/vms/${id}/start`);
    const figures = await events.until(({ event, data }) => event === 'figures' && data.items.length > 0);
    assert.equal(figures.id, null);
    const own = figures.data.items.find((each: { id: string }) => each.id === id);
    assert.deepEqual(Object.keys(own).toSorted(), [
      'cpuPercent',
      'diskReadBytes',
      'diskWrittenBytes',
      'heartbeat',
      'id',
      'memoryUsageMb',
      'networkReceivedBytes',
      'networkSentBytes',
      'uptimeSeconds',
    ]);
    assert.deepEqual([...new Set(events.seen.map(({ event }) => event))].toSorted(), ['figures', 'hello', 'job']);
    await rest.post(200, `/vms/${id}/stop`);
    await rest.expect(400, '/events?only=everything');
    await rest.expect(400, '/events?figures=0');
  });

  test('streams end when the service does, and it does not wait for them', async () => {
    await using events = await EventReader.open(rest, service.password);
    await events.until(({ event }) => event === 'hello');
    const ended = events.ended();
    assert.equal(await service.stop(), 0);
    assert.equal(await ended, true);
  });
});
