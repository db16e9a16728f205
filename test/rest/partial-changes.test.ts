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

  test('one of several calls goes on to its end whatever the client prefers', async () => {
    const prefer = { headers: { prefer: 'respond-async' } };
    const made = await rest.expect(201, '/vms', {
      method: 'POST',
      body: {
        name: 'whole',
        generation: 1,
        disks: [{ kind: 'dvd' }],
        nics: [{ switchId }],
        serialPorts: [{ pipe: String.raw`\\.\pipe\whole` }],
      },
      ...prefer,
    });
    const at = `/vms/${made.body.id}`;
    assert.equal(
      (await rest.expect(200, `${at}/devices`)).body.disks.length,
      2,
      'its own CD drive, and the one asked for',
    );
    const change = (path: string, body: object) =>
      rest.expect(200, `${at}/${path}`, { method: 'PATCH', body, ...prefer });
    const settings = await change('settings', { notes: 'new', processors: { count: 2 }, memory: { startupMb: 768 } });
    assert.deepEqual(
      [settings.body.notes, settings.body.processors.count, settings.body.memory.startupMb],
      ['new', 2, 768],
    );
    const { nics } = (await rest.expect(200, `${at}/devices`)).body;
    const nic = await change(`nics/${nics[0].id}`, {
      mac: '02:00:00:00:00:09',
      vlanId: 7,
      limitBitsPerSecond: 1_000_000,
    });
    assert.deepEqual([nic.body.mac, nic.body.vlanId, nic.body.limitBitsPerSecond], ['020000000009', 7, 1_000_000]);
    const added = await rest.expect(201, `${at}/nics`, { method: 'POST', body: { switchId, vlanId: 8 }, ...prefer });
    assert.equal(added.body.vlanId, 8);
    // What cannot be asked for is not offered.
    const { paths } = (await rest.expect(200, '//openapi.json')).body;
    for (const [path, verb] of [
      ['/api/v1/vms', 'post'],
      ['/api/v1/vms/{id}/settings', 'patch'],
      ['/api/v1/vms/{id}/nics', 'post'],
      ['/api/v1/vms/{id}/nics/{device}', 'patch'],
      ['/api/v1/vms/{id}/disks/{device}', 'patch'],
    ] as const) {
      const { parameters, responses } = paths[path][verb];
      assert.doesNotMatch(JSON.stringify(parameters), /prefer/, path);
      assert.equal(responses[202], undefined, path);
    }
    assert.match(JSON.stringify(paths['/api/v1/vms/{id}/start'].post.parameters), /prefer/);
  });
});
