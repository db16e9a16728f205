import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

/** A real machine with nothing to boot: its firmware hears no power button. */
describe('shutdown of a guest that does not listen', () => {
  let service: Service;
  let rest: Rest;
  before(async () => {
    service = await Service.start({ hypervisor: 'qemu' });
    rest = new Rest(service);
  });
  after(() => service[Symbol.asyncDispose]());

  test('it is turned off when its time is over, and only then', async () => {
    const { body: vm } = await rest.post(201, '/vms', { name: 'deaf', generation: 1, memory: { startupMb: 128 } });
    await rest.post(409, `/vms/${vm.id}/shutdown`, { turnOffAfterSeconds: 1 });
    await rest.post(200, `/vms/${vm.id}/start`);
    const asked = await rest.expect(202, `/vms/${vm.id}/shutdown`, { method: 'POST', headers: { prefer: 'wait=1' } });
    assert.equal(asked.body.state, 'running', 'the job that waits for the guest');
    assert.notEqual((await rest.expect(200, `/vms/${vm.id}`)).body.state, 'off');
    await rest.post(200, `/vms/${vm.id}/stop`);
    await rest.post(200, `/vms/${vm.id}/start`);
    const { body } = await rest.post(200, `/vms/${vm.id}/shutdown`, { turnOffAfterSeconds: 1 });
    assert.equal(body.state, 'off');
    for (const turnOffAfterSeconds of [0, 301, 1.5, 'now'])
      await rest.post(400, `/vms/${vm.id}/shutdown`, { turnOffAfterSeconds });
    await rest.expect(204, `/vms/${vm.id}`, { method: 'DELETE' });
  });
});
