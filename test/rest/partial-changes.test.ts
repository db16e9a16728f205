import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

const NOBODY = '00000000-0000-0000-0000-000000000001';

describe('a change of several things of which one is refused changes none of them', () => {
  let service: Service;
  let rest: Rest;
  let switchId = '';
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    switchId = (await rest.post(201, '/switches', { name: 'lab' })).body.id;
  });
  after(() => service[Symbol.asyncDispose]());

  test('settings of a machine: its own, of generation 1 and 2, and those of its resources', async () => {
    for (const generation of [1, 2]) {
      const { body: vm } = await rest.post(201, '/vms', { name: 'as it was', notes: 'old', generation, nics: [{}] });
      const settings = `/vms/${vm.id}/settings`;
      const { body: before, headers } = await rest.expect(200, settings);
      const order = before.firmware.bootOrder.toReversed();
      const refused = await rest.expect(400, settings, {
        method: 'PATCH',
        body: {
          name: 'other',
          notes: '',
          automatic: { startAction: 'alwaysStart', startDelaySeconds: 90 },
          firmware: { bootOrder: order, ...(generation === 2 ? { secureBoot: false } : { numLock: true }) },
          processors: { count: 100_000 },
        },
      });
      assert.equal(refused.body.code, 'invalid-parameter');
      const { body: now, headers: after } = await rest.expect(200, settings);
      assert.deepEqual(now, before);
      assert.equal(after.get('etag'), headers.get('etag'));
    }
  });

  test('a network adapter: its name, address, switch and VLAN', async () => {
    const { body: vm } = await rest.post(201, '/vms', {
      name: 'nets',
      nics: [{ name: 'plugged', switchId }, { name: 'unplugged' }],
    });
    const nics = async () => (await rest.expect(200, `/vms/${vm.id}/devices`)).body.nics;
    const change = (nic: { id: string }, status: number, body: object) =>
      rest.expect(status, `/vms/${vm.id}/nics/${nic.id}`, { method: 'PATCH', body });
    const before = await nics();
    const [plugged, unplugged] = before;
    const other = { name: 'other', mac: '02:00:00:00:00:07' };
    await change(plugged, 400, { ...other, switchId: NOBODY });
    await change(plugged, 400, { vlanId: 7, switchId: NOBODY });
    await change(unplugged, 400, { ...other, switchId: NOBODY });
    await change(unplugged, 400, { ...other, vlanId: 7 });
    assert.deepEqual(await nics(), before);

    await change(plugged, 200, { vlanId: 5 });
    const tagged = await nics();
    for (const vlanId of [7, null]) await change(plugged, 400, { vlanId, switchId: NOBODY });
    assert.deepEqual(await nics(), tagged);

    const rules = { limitBitsPerSecond: 10_000_000, macSpoofing: true, dhcpGuard: true, routerGuard: false };
    assert.deepEqual((await change(plugged, 200, { ...rules, vlanId: null })).body, {
      ...tagged[0],
      ...rules,
      vlanId: null,
    });
    await change(plugged, 200, { dhcpGuard: false, vlanId: 5 });
    const ruled = await nics();
    assert.deepEqual(ruled[0], { ...tagged[0], ...rules, dhcpGuard: false });
    const { others } = (await rest.expect(200, `/vms/${vm.id}/devices`)).body;
    const told = others.filter(({ className }: { className: string }) =>
      /Port(?:Vlan|Bandwidth|Security)/.test(className),
    );
    assert.deepEqual(told, [], 'adapters tell them');
    const less = { limitBitsPerSecond: null, macSpoofing: false, routerGuard: true, vlanId: 7 };
    await change(plugged, 400, { ...less, switchId: NOBODY });
    assert.deepEqual(await nics(), ruled);
    for (const member of ['limitBitsPerSecond', 'macSpoofing'] as const) {
      const { body: refusal } = await change(unplugged, 400, { ...other, [member]: rules[member] });
      assert.deepEqual(refusal.errors, [{ path: member, message: 'needs a connection' }]);
    }
    assert.deepEqual(await nics(), ruled);
    await change(plugged, 200, { limitBitsPerSecond: null, macSpoofing: false });

    await rest.post(200, `/vms/${vm.id}/start`);
    const running = await nics();
    // An address is changed while the machine is off.
    await change(plugged, 409, { ...other, switchId: null, vlanId: 9 });
    await change(unplugged, 409, { ...other, switchId, vlanId: 9 });
    assert.deepEqual(await nics(), running);
    await rest.post(200, `/vms/${vm.id}/stop`);
  });
});
