import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { Service } from '../kit/service.ts';
import { EventReader } from './event-reader.ts';
import { Rest } from './kit.ts';

/** One and the same in each request. */
const FAR = new Date(Date.now() + 86_400_000).toISOString();
const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString();

describe('host, switches, accounts, tokens, audit trail, pictures and metrics over REST', () => {
  let service: Service;
  let rest: Rest;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
  });
  after(() => service[Symbol.asyncDispose]());

  const put = (path: string, body: object, as?: string) =>
    rest.ask(path, { method: 'PUT', body, ...(as === undefined ? {} : { as }) });

  test('the host: what it is and has', async () => {
    const { body } = await rest.expect(200, '/host');
    assert.equal(body.hypervisor, 'simulated');
    assert.match(body.acceleratorReason, /\w/);
    assert.ok(
      body.processors > 0 && body.memoryMb > 100 && body.memoryFreeMb > 0 && body.memoryFreeMb <= body.memoryMb,
    );
    assert.ok(body.cpuPercent >= 0 && body.cpuPercent <= 100);
    assert.ok(Date.parse(body.startedAt) < Date.parse(body.serviceStartedAt), 'the host before the service');
    assert.ok(Date.parse(body.serviceStartedAt) <= Date.now() + 1000);
    assert.deepEqual(body.vms, { total: 0, running: 0 });
    assert.ok(body.folders.disks.startsWith(service.dataDirectory), body.folders.disks);
  });

  test('folders for what is new: changed by If-Match, each refused by its own name, used by the next machine', async () => {
    const change = (folders: object, headers: Record<string, string> = {}) =>
      rest.ask('/host/settings', { method: 'PATCH', body: { folders }, headers });
    const before = await rest.expect(200, '/host/settings');
    const { folders } = before.body;
    assert.deepEqual((await rest.expect(200, '/host')).body.folders, folders);
    const vms = join(service.dataDirectory, 'drives/c/vm/new machines');
    const disks = join(service.dataDirectory, 'drives/c/vm/new disks');
    mkdirSync(vms, { recursive: true });
    mkdirSync(disks);
    writeFileSync(join(disks, 'a.txt'), 'x');
    for (const [wrong, words] of [
      ['/etc', /outside of the folders/],
      [join(service.dataDirectory, 'state'), /outside of the folders|closed/],
      [join(disks, 'a.txt'), /a file, and a folder is meant/],
      [join(disks, 'none'), /does not exist/],
      [join(disks, 'none/below'), /does not exist/],
      ['relative', /no full path/],
    ] as const) {
      const { status, body } = await change({ vms, disks: wrong });
      assert.deepEqual([status, body.code, body.errors.length], [400, 'invalid-parameter', 1], wrong);
      assert.equal(body.errors[0].path, 'folders.disks');
      assert.match(body.errors[0].message, words, wrong);
    }
    const both = (await change({ vms: '/etc', disks: '/etc' })).body.errors;
    assert.deepEqual(
      both.map(({ path }: { path: string }) => path),
      ['folders.vms', 'folders.disks'],
    );
    for (const body of [{ vms: '' }, { vms: null }, { other: vms }]) assert.equal((await change(body)).status, 400);
    assert.deepEqual((await rest.expect(200, '/host/settings')).body.folders, folders, 'all or nothing');

    const tag = before.headers.get('etag') ?? '';
    const changed = await change({ vms }, { 'if-match': tag });
    assert.deepEqual([changed.status, changed.body.folders], [200, { ...folders, vms }]);
    assert.equal((await change({ disks }, { 'if-match': tag })).status, 412);
    const { headers } = await rest.expect(200, '/host/settings');
    assert.deepEqual((await change({ disks }, { 'if-match': headers.get('etag') ?? '' })).body.folders, { vms, disks });
    const { body: vm } = await rest.post(201, '/vms', { name: 'there' });
    assert.equal((await rest.expect(200, `/vms/${vm.id}/settings`)).body.folders.configuration, vms);
    await rest.expect(204, `/vms/${vm.id}`, { method: 'DELETE' });
    const audit = (await rest.expect(200, '/audit?limit=20')).body.items;
    assert.ok(audit.some(({ what }: { what: string }) => what.includes('ModifyServiceSettings')));
    // What is so already may be said again, though its folder is not there.
    rmSync(disks, { recursive: true });
    assert.equal((await change({ disks })).status, 200);
    for (const folder of Object.values(folders)) mkdirSync(String(folder), { recursive: true });
    assert.deepEqual((await change(folders)).body, before.body);
  });

  test('switches: private and internal, renamed, used, removed', async () => {
    const { body: made } = await rest.post(201, '/switches', { name: 'lab', notes: 'for tests' });
    assert.deepEqual([made.name, made.notes, made.kind, made.nicCount], ['lab', 'for tests', 'private', 0]);
    const names = (await rest.expect(200, '/switches')).body.items.map((each: { name: string; kind: string }) => [
      each.name,
      each.kind,
    ]);
    assert.deepEqual(names, [
      ['Default Switch', 'nat'],
      ['lab', 'private'],
    ]);
    const { body: used } = await rest.post(201, '/vms', { name: 'on it', nics: [{ switchId: made.id }] });
    const nics = async (): Promise<number> => (await rest.expect(200, `/switches/${made.id}`)).body.nicCount;
    assert.equal(await nics(), 1);
    await rest.post(201, `/vms/${used.id}/checkpoints`, {});
    const directory = join(service.dataDirectory, 'nics');
    mkdirSync(directory);
    await rest.post(204, `/vms/${used.id}/export`, { directory, subdirectory: false });
    const definitionFile = join(directory, 'Virtual Machines', `${used.id}.vmcx`);
    const { body: plan } = await rest.post(201, '/plans', { definitionFile, newIdentifier: true });
    assert.equal((await rest.expect(200, `/plans/${plan.id}/devices`)).body.nics[0].switchId, made.id);
    assert.equal(await nics(), 1, 'adapters of checkpoints and plans are on no switch');
    await rest.expect(204, `/plans/${plan.id}`, { method: 'DELETE' });
    const renamed = await rest.expect(200, `/switches/${made.id}`, { method: 'PATCH', body: { name: 'lab 2' } });
    assert.deepEqual([renamed.body.name, renamed.body.notes], ['lab 2', 'for tests']);
    const { body: internal } = await rest.post(201, '/switches', { name: 'inside', kind: 'internal' });
    assert.deepEqual([internal.kind, internal.host, internal.portId], ['internal', true, null]);
    assert.equal(
      (await rest.ask('/switches', { method: 'POST', body: { name: 'out', kind: 'external', portId: 'none' } })).status,
      404,
    );
    await rest.expect(204, `/switches/${internal.id}`, { method: 'DELETE' });
    await rest.expect(404, `/switches/${internal.id}`);
  });

  test('switches: external, with the host on it and without', async () => {
    const cards = async () => (await rest.expect(200, '/network-ports')).body.items;
    const [wired, , wireless] = await cards();
    assert.deepEqual(wired, { id: 'Microsoft:eth0', name: 'eth0', mac: '020000000001', up: true, inUse: false });
    assert.deepEqual([wireless.name, wireless.up, wireless.inUse], ['wlan0', false, false]);
    for (const [card, host] of [
      [wired, true],
      [wireless, false],
    ]) {
      const body = { name: 'out', kind: 'external', portId: card.id, host };
      const { body: made } = await rest.post(201, '/switches', body);
      assert.deepEqual([made.kind, made.portId, made.host], ['external', card.id, host]);
      assert.deepEqual((await rest.expect(200, `/switches/${made.id}`)).body, made);
      assert.equal((await cards()).find(({ id }: { id: string }) => id === card.id).inUse, true);
      await rest.expect(204, `/switches/${made.id}`, { method: 'DELETE' });
    }
    const refused = await rest.post(400, '/switches', { name: 'x', kind: 'private', host: true });
    assert.deepEqual([refused.body.code, refused.body.errors[0].path], ['invalid-parameter', 'host']);
  });

  test('accounts: made, changed, logged out at once, removed; the last administrator stays', async () => {
    const made = await put('/users/olga', { password: 'first-one', role: 'operator' });
    assert.deepEqual([made.status, made.body.name, made.body.role, made.body.ntlm], [201, 'olga', 'operator', false]);
    assert.ok((await rest.expect(200, '/users')).body.items.some(({ name }: { name: string }) => name === 'olga'));
    const logIn = async (password: string) =>
      rest.ask('/session', { method: 'POST', as: null, body: { user: 'olga', password } });
    const session = async () => ((await logIn('first-one')).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const who = (cookie: string) => rest.ask('/session', { as: null, headers: { cookie } });
    const first = await session();
    assert.equal((await who(first)).body.role, 'operator');
    assert.equal((await put('/users/olga', { role: 'viewer' })).status, 200);
    assert.equal((await who(first)).status, 401, 'another role ends the session');
    const second = await session();
    assert.equal(
      (await rest.ask('/password', { method: 'POST', as: 'olga:first-one', body: { current: 'wrong', new: 'x' } }))
        .status,
      403,
    );
    assert.equal(
      (
        await rest.ask('/password', {
          method: 'POST',
          as: 'olga:first-one',
          body: { current: 'first-one', new: 'second-one' },
        })
      ).status,
      204,
    );
    const short = { method: 'POST', as: 'olga:second-one', body: { current: 'second-one', new: '1234567' } };
    assert.match((await rest.ask('/password', short)).body.detail, /at least 8 characters/);
    assert.equal((await who(second)).status, 401, 'another password ends the session');
    assert.equal((await logIn('first-one')).status, 401);
    assert.equal((await logIn('second-one')).status, 201);
    await rest.expect(204, '/users/olga', { method: 'DELETE' });
    assert.equal((await logIn('second-one')).status, 401);
    const onlyNew = (password: string) =>
      rest.ask('/users/nora', { method: 'PUT', headers: { 'if-none-match': '*' }, body: { password } });
    const both = await Promise.all(['nora-first', 'nora-other'].map(onlyNew));
    assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 412]);
    const lost = await onlyNew('nora-third');
    assert.deepEqual([lost.status, lost.body.code], [412, 'precondition-failed']);
    assert.equal((await rest.ask('/session', { as: 'nora:nora-third' })).status, 401, 'its password is the old one');
    await rest.expect(204, '/users/nora', { method: 'DELETE' });
    await rest.expect(404, '/users/olga', { method: 'DELETE' });
    for (const [name, body] of [
      ['nobody', { role: 'viewer' }],
      ['bad name', { password: 'x' }],
      ['admin', { role: 'viewer' }],
    ] as const)
      assert.equal((await put(`/users/${encodeURIComponent(name)}`, body)).body.code, 'invalid-parameter', name);
    assert.equal((await rest.ask('/users/admin', { method: 'DELETE' })).body.code, 'invalid-parameter');
    assert.equal((await put('/users/x', { password: 'x', role: 'king' })).body.code, 'invalid-request');
    assert.match((await put('/users/x', { password: '1234567' })).body.detail, /at least 8 characters/);
  });

  test('what an account was answered under an Idempotency-Key is not for another one of its name', async () => {
    const make = async (): Promise<{ readonly id: string; readonly replayed: string | null }> => {
      await put('/users/eve', { password: 'of-this-eve', role: 'administrator' });
      const { headers, body } = await rest.ask('/tokens', {
        method: 'POST',
        as: 'eve:of-this-eve',
        headers: { 'idempotency-key': 'once' },
        body: { name: 'mine', role: 'viewer', expiresAt: FAR },
      });
      return { id: body.id, replayed: headers.get('idempotency-replayed') };
    };
    const first = await make();
    assert.deepEqual(await make(), { id: first.id, replayed: 'true' });
    await rest.expect(204, '/users/eve', { method: 'DELETE' });
    const other = await make();
    assert.equal(other.replayed, null);
    assert.notEqual(other.id, first.id);
    await rest.expect(204, '/users/eve', { method: 'DELETE' });
  });

  test('tokens: a scope, an end, no more tokens by a token; they end with their account', async () => {
    await put('/users/tom', { password: 'tom-tom-tom', role: 'operator' });
    const create = (body: object, as: string) => rest.ask('/tokens', { method: 'POST', body, as });
    assert.equal(
      (await create({ name: 'a', role: 'administrator', expiresAt: tomorrow() }, 'tom:tom-tom-tom')).body.code,
      'invalid-parameter',
    );
    assert.equal(
      (await create({ name: 'a', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }, 'tom:tom-tom-tom')).body.code,
      'invalid-parameter',
    );
    assert.equal(
      (await create({ name: 'a', role: 'viewer', expiresAt: '2999-01-01T00:00:00Z' }, 'tom:tom-tom-tom')).body.code,
      'invalid-parameter',
    );
    const { body: made } = await create({ name: 'ci', role: 'viewer', expiresAt: tomorrow() }, 'tom:tom-tom-tom');
    assert.match(made.token, /^vsms_[0-9a-f]{32}_[\w-]{43}$/);
    const bearer = (path: string, token = made.token, method = 'GET') =>
      rest.ask(path, { method, as: null, headers: { authorization: `Bearer ${token}` } });
    const { body: who } = await bearer('/session');
    assert.deepEqual([who.user, who.role, who.authentication, who.csrfToken], ['tom', 'viewer', 'token', null]);
    assert.equal((await bearer('/vms')).status, 200);
    const [vm] = (await rest.expect(200, '/vms')).body.items;
    assert.equal(
      (await bearer(`/vms/${vm.id}/start`, made.token, 'POST')).body.code,
      'access-denied',
      'the scope is viewer',
    );
    const again = await rest.ask('/tokens', {
      method: 'POST',
      as: null,
      headers: { authorization: `Bearer ${made.token}` },
      body: { name: 'b', role: 'viewer', expiresAt: tomorrow() },
    });
    assert.equal(again.body.code, 'access-denied');
    const [refusal] = (await rest.expect(200, '/audit?kind=denied&limit=1')).body.items;
    assert.deepEqual([refusal.what, refusal.requestId], ['POST /api/v1/tokens', again.headers.get('x-request-id')]);
    // What an administrator's request was answered under a key is not for a token that may only read.
    const keyed = { method: 'POST', body: { name: 'kept', role: 'operator', expiresAt: tomorrow() } };
    const headers = { 'idempotency-key': 'same' };
    const { body: first } = await rest.ask('/tokens', { ...keyed, as: 'tom:tom-tom-tom', headers });
    const kept: string = first.id;
    const replayed = await rest.ask('/tokens', {
      ...keyed,
      as: null,
      headers: { ...headers, authorization: `Bearer ${made.token}` },
    });
    assert.deepEqual([replayed.status, replayed.body.code], [403, 'access-denied']);
    await rest.expect(201, '/session', { method: 'POST', as: null, body: { user: 'tom', password: 'tom-tom-tom' } });
    const [open] = (await bearer('/sessions')).body.items;
    for (const path of [`/sessions/${open.id}`, `/tokens/${kept}`]) {
      const denied = await bearer(path, made.token, 'DELETE');
      assert.deepEqual([denied.status, denied.body.code], [403, 'access-denied'], path);
      const [told] = (await rest.expect(200, '/audit?kind=denied&limit=1')).body.items;
      assert.equal(told.requestId, denied.headers.get('x-request-id'));
    }
    const { body: brief } = await create({ name: 'brief', role: 'viewer', expiresAt: tomorrow() }, 'tom:tom-tom-tom');
    assert.equal((await bearer(`/tokens/${brief.id}`, brief.token, 'DELETE')).status, 204, 'it may end itself');
    for (const wrong of [`${made.token}x`, made.token.slice(0, -1), 'vsms_', 'x', made.token.toUpperCase()])
      assert.equal((await bearer('/vms', wrong)).status, 401, wrong);
    assert.deepEqual(
      (await rest.expect(200, '/tokens', { as: 'tom:tom-tom-tom' })).body.items.map(({ id }: { id: string }) => id),
      [made.id, kept],
    );
    const list = await rest.expect(200, '/tokens');
    // Not by splitting at underscores: a secret may hold some.
    const secret = made.token.slice(`vsms_${'0'.repeat(32)}_`.length);
    assert.ok(!list.text.includes(secret), 'a secret is told once');
    // WS-Management knows no tokens.
    const soap = await fetch(`${rest.base}/wsman`, {
      method: 'POST',
      headers: { authorization: `Bearer ${made.token}` },
    });
    assert.equal(soap.status, 401);
    await service.stop();
    await service.run();
    rest = new Rest(service);
    assert.equal((await bearer('/vms')).status, 200, 'a token outlives a restart');
    await rest.expect(204, '/users/tom', { method: 'DELETE' });
    assert.equal((await bearer('/vms')).status, 401);
    await put('/users/tom', { password: 'another-one', role: 'administrator' });
    assert.equal((await bearer('/vms')).status, 401, 'an account of the same name is another one');
    const { body: short } = await create({ name: 'c', role: 'viewer', expiresAt: tomorrow() }, 'tom:another-one');
    await rest.expect(204, `/tokens/${short.id}`, { method: 'DELETE' });
    assert.equal((await bearer('/vms', short.token)).status, 401);
  });

  test('what is done is in the audit trail, and the request id of the answer names it', async () => {
    const answer = await rest.post(201, '/vms', { name: 'audited' });
    const { body } = await rest.expect(200, '/audit?kind=change&limit=1');
    const [record] = body.items;
    assert.deepEqual(
      [record.what, record.protocol, record.result, record.requestId],
      ['Msvm_VirtualSystemManagementService.DefineSystem', 'rest', 'ok', answer.headers.get('x-request-id')],
    );
    const { id } = answer.body;
    assert.deepEqual(record.names, { [id]: 'audited' });
    const point = await rest.post(201, `/vms/${id}/checkpoints`, { name: 'before' });
    await rest.expect(200, `/vms/${id}/settings`, { method: 'PATCH', body: { name: 'renamed' } });
    await rest.expect(204, `/checkpoints/${point.body.id}`, { method: 'DELETE' });
    await rest.expect(204, `/vms/${id}`, { method: 'DELETE' });
    const [end, noCheckpoint] = (await rest.expect(200, '/audit?kind=change&limit=2')).body.items;
    assert.match(end.what, /DestroySystem$/);
    assert.deepEqual(end.names, { [id]: 'renamed' }, 'what is gone has the name that it had last');
    assert.match(noCheckpoint.what, /DestroySnapshot$/);
    assert.deepEqual(noCheckpoint.names, { [point.body.id]: 'before' });
    const first = (await rest.expect(200, '/audit?kind=change&limit=100')).body.items.find(
      ({ sequence }: { sequence: number }) => sequence === record.sequence,
    );
    assert.deepEqual(first.names, { [id]: 'audited' }, 'the name of then');
    await put('/users/victor', { password: 'vvvvvvvv', role: 'viewer' });
    const denied = await rest.expect(403, '/users', { as: 'victor:vvvvvvvv' });
    const trail = (await rest.expect(200, '/audit?kind=denied&who=victor')).body.items;
    assert.equal(trail[0].requestId, denied.headers.get('x-request-id'));
    const all: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body: page } = await rest.expect(200, `/audit?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      all.push(...page.items.map(({ sequence }: { sequence: number }) => sequence));
      cursor = page.next;
    }
    assert.equal(all.at(-1), 1);
    assert.deepEqual(
      all,
      all.toSorted((a, b) => b - a),
    );
    assert.equal(new Set(all).size, all.length);
    assert.ok(!JSON.stringify((await rest.expect(200, '/audit?limit=1000')).body).includes('vvvvvvvv'), 'no password');
  });

  test('who only looks is not in the audit trail, though not everyone may look; who may not is', async () => {
    const path = `${service.dataDirectory}/drives/c/looked-at.vhdx`;
    await rest.post(201, '/images', { path, sizeBytes: 8 << 20 });
    const last = async () => (await rest.expect(200, '/audit?limit=1')).body.items[0];
    const before = await last();
    const query = `path=${encodeURIComponent(path)}`;
    await rest.expect(200, `/images?${query}`);
    await rest.post(204, '/images/validate', { path });
    await rest.expect(200, `/definitions?${query}`);
    assert.deepEqual(await last(), before);
    await put('/users/onlooker', { password: 'oooooooo', role: 'viewer' });
    await rest.expect(403, `/images?${query}`, { as: 'onlooker:oooooooo' });
    const { kind, who, what } = await last();
    assert.deepEqual(
      [kind, /onlooker$/.test(who), what],
      ['denied', true, 'Msvm_ImageManagementService.GetVirtualHardDiskSettingData'],
    );
    await rest.post(200, '/images/resize', { path, sizeBytes: 16 << 20 });
    assert.equal((await last()).what, 'Msvm_ImageManagementService.ResizeVirtualHardDisk');
  });

  test('a picture of a running machine', async () => {
    const { body: vm } = await rest.post(201, '/vms', { name: 'seen' });
    assert.equal((await rest.expect(409, `/vms/${vm.id}/thumbnail`)).body.code, 'invalid-state');
    await rest.post(200, `/vms/${vm.id}/start`);
    const answer = await fetch(`${rest.base}/api/v1/vms/${vm.id}/thumbnail?width=64&height=48`, {
      headers: { authorization: `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}` },
    });
    assert.equal(answer.headers.get('content-type'), 'image/png');
    const png = Buffer.from(await answer.arrayBuffer());
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [64, 48]);
    const length = png.readUInt32BE(33);
    assert.equal(inflateSync(png.subarray(41, 41 + length)).length, 48 * (1 + 64 * 3));
    await rest.expect(400, `/vms/${vm.id}/thumbnail?width=0`);
  });

  test('figures of the last hour: kept while nobody looks, of machines that run', async () => {
    const { body: vm } = await rest.post(201, '/vms', { name: 'remembered' });
    const { body: off } = await rest.expect(200, `/vms/${vm.id}/history`);
    assert.deepEqual([off.samples, off.everySeconds], [[], 20]);
    assert.ok(Math.abs(Date.parse(off.since) - Date.now()) < 600_000);
    await rest.post(200, `/vms/${vm.id}/start`);
    const samples = async () => (await rest.expect(200, `/vms/${vm.id}/history`)).body.samples;
    while ((await samples()).length === 0) await sleep(500);
    const [first] = await samples();
    assert.equal(typeof first.cpuPercent, 'number');
    assert.ok(first.memoryUsageMb > 0);
    await rest.expect(404, '/vms/00000000-0000-0000-0000-000000000001/history');
    await rest.post(200, `/vms/${vm.id}/stop`);
    await rest.expect(204, `/vms/${vm.id}`, { method: 'DELETE' });
  });

  test('bytes of disks and adapters of a machine that runs: as metrics and as figures', async () => {
    const folder = join(service.dataDirectory, 'traffic');
    mkdirSync(folder);
    const path = join(folder, 'a.vhdx');
    await rest.post(201, '/images', { path, sizeBytes: 8 << 20 });
    const { body: nat } = await rest.expect(200, '/switches');
    const switchId = nat.items.find(({ kind }: { kind: string }) => kind === 'nat').id;
    const { body: vm } = await rest.post(201, '/vms', { name: 'busy', disks: [{ path }], nics: [{ switchId }] });
    const { body: devices } = await rest.expect(200, `/vms/${vm.id}/devices`);
    const bytes = async ([page, name, label]: readonly [string, string, string]): Promise<number | undefined> => {
      const line = (await rest.expect(200, page)).text
        .split('\n')
        .find((each) => each.startsWith(name) && each.includes(label));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    };
    const names = [
      ['//metrics', 'vsms_vm_disk_read_bytes_total', `device="${devices.disks[0].id}"`],
      ['//metrics', 'vsms_vm_network_sent_bytes_total', vm.id],
      ['//metrics/windows_exporter', 'windows_hyperv_virtual_storage_device_bytes_written', 'device="busy_'],
      ['//metrics/windows_exporter', 'windows_hyperv_virtual_network_adapter_received_bytes_total', 'adapter="busy_'],
    ] as const;
    for (const name of names) assert.equal(await bytes(name), undefined, 'nothing of a machine that is off');
    await rest.post(200, `/vms/${vm.id}/start`);
    for (const name of names) {
      for (let n = 0; n < 1500 && ((await bytes(name)) ?? 0) === 0; n += 1) await sleep(20);
      assert.ok(((await bytes(name)) ?? 0) > 0, name[1]);
    }
    await using events = await EventReader.open(rest, service.password, '?only=job&figures=1');
    const figures = await events.until(
      ({ event, data }) => event === 'figures' && data.items.some(({ id }: { id: string }) => id === vm.id),
    );
    const own = figures.data.items.find(({ id }: { id: string }) => id === vm.id);
    for (const name of ['diskReadBytes', 'diskWrittenBytes', 'networkReceivedBytes', 'networkSentBytes'])
      assert.ok(own[name] > 0, name);
    await rest.post(200, `/vms/${vm.id}/stop`);
    await rest.expect(204, `/vms/${vm.id}`, { method: 'DELETE' });
  });

  test('metrics: the ports of a switch, by where they lead', async () => {
    const { body: made } = await rest.post(201, '/switches', { name: 'counted', kind: 'internal' });
    const portsOf = async (): Promise<readonly string[]> =>
      [
        ...(await rest.expect(200, '//metrics')).text.matchAll(
          /^vsms_switch_port_received_bytes_total\{switch="counted",port="[a-z0-9]+",to="(\w+)"\} \d+$/gm,
        ),
      ]
        .map(([, to = '']) => to)
        .toSorted();
    assert.deepEqual(await portsOf(), ['host']);
    await rest.expect(204, `/switches/${made.id}`, { method: 'DELETE' });
    assert.deepEqual(await portsOf(), []);
  });

  test('metrics: own names and those of windows_exporter, in a form that Prometheus reads', async () => {
    await rest.post(201, '/vms', { name: 'quote " back \\ line' });
    for (const page of ['//metrics', '//metrics/windows_exporter']) {
      const { text, headers } = await rest.expect(200, page, { as: 'victor:vvvvvvvv' });
      assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
      const typed = new Set([...text.matchAll(/^# TYPE (\S+) (gauge|counter)$/gm)].map((match) => match[1]));
      const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      assert.ok(lines.length > 2);
      for (const line of lines) {
        const match =
          /^([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? (-?[\d.e+]+)$/.exec(
            line,
          );
        assert.ok(match !== null, line);
        assert.ok(typed.has(match[1]), line);
      }
    }
    const twins = [];
    for (let n = 0; n < 2; n++) twins.push((await rest.post(201, '/vms', { name: 'twin', disks: [{}] })).body.id);
    for (const id of twins) await rest.post(200, `/vms/${id}/start`);
    for (const page of ['//metrics', '//metrics/windows_exporter']) {
      const lines = (await rest.expect(200, page)).text.split('\n').filter((line) => /^\w.*twin/.test(line));
      const series = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
      assert.ok(series.length > 3);
      assert.equal(new Set(series).size, series.length, `two machines of one name have series of their own: ${page}`);
    }
    for (const id of twins) await rest.post(200, `/vms/${id}/stop`);
    const { text } = await rest.expect(200, '//metrics');
    assert.match(text, /^vsms_vms\{state="running"\} 1$/m);
    assert.match(text, /^vsms_vm_memory_bytes\{vm="quote \\" back \\\\ line",uuid="[0-9A-F-]{36}"\} 1073741824$/m);
    assert.match(
      (await rest.expect(200, '//metrics/windows_exporter')).text,
      /^windows_hyperv_virtual_machine_health_total_count\{state="ok"\} \d+$/m,
    );
  });
});

describe('changes of accounts at the same time', () => {
  let service: Service;
  let rest: Rest;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
  });
  after(() => service[Symbol.asyncDispose]());

  const PASSWORD = 'Right-Passw0rd';
  const make = (name: string, role: string) =>
    rest.expect(201, `/users/${name}`, { method: 'PUT', body: { password: PASSWORD, role } });

  test('20 whoever is demoted while changing the own password stays demoted', async () => {
    await make('bob', 'operator');
    await rest.expect(200, '/session', { as: `bob:${PASSWORD}` });
    const next = 'Other-Passw0rd';
    await Promise.all([
      rest.ask('/password', { method: 'POST', as: `bob:${PASSWORD}`, body: { current: PASSWORD, new: next } }),
      rest.expect(200, '/users/bob', { method: 'PUT', body: { role: 'viewer' } }),
    ]);
    const { body } = await rest.expect(200, '/users');
    assert.equal(body.items.find((user: { name: string }) => user.name === 'bob').role, 'viewer');
  });

  test('20 two administrators who remove or demote each other: one is left', async () => {
    const admin = `admin:${service.password}`;
    for (const [name, ask] of [
      ['eve', { method: 'DELETE' }],
      ['mallory', { method: 'PUT', body: { role: 'viewer' } }],
      ['trudy', { method: 'PUT', body: { role: 'viewer', password: 'Viewer-Passw0rd' } }],
    ] as const) {
      const { body } = await rest.expect(200, '/users');
      // Whoever is the administrator now, after the rounds before.
      const first = body.items.find(({ role }: { role: string }) => role === 'administrator').name;
      const as = first === 'admin' ? admin : `${first}:${PASSWORD}`;
      await rest.expect(201, `/users/${name}`, {
        method: 'PUT',
        as,
        body: { password: PASSWORD, role: 'administrator' },
      });
      // Both are known: nobody waits for a password.
      for (const who of [as, `${name}:${PASSWORD}`]) await rest.expect(200, '/session', { as: who });
      const [one, other] = await Promise.all([
        rest.ask(`/users/${name}`, { ...ask, as }),
        rest.ask(`/users/${first}`, { ...ask, as: `${name}:${PASSWORD}` }),
      ]);
      const left = await Promise.all(
        [as, `${name}:${PASSWORD}`].map(async (who) => (await rest.ask('/users', { as: who })).status),
      );
      assert.deepEqual(
        left.toSorted(),
        [200, left.includes(403) ? 403 : 401],
        `${name}: ${one.status} ${other.status}`,
      );
      if (left[0] !== 200) rest = new Rest(service, `${name}:${PASSWORD}`);
    }
  });
});
