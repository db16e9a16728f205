import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

const CLUSTER = 65_536;

describe('reference points over REST', () => {
  let service: Service;
  let rest: Rest;
  let id: string;
  let points: string;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    mkdirSync(join(service.dataDirectory, 'images'));
    const path = join(service.dataDirectory, 'images/a.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '64M']);
    id = (await rest.post(201, '/vms', { name: 'backed up', disks: [{ path }] })).body.id;
    points = `/vms/${id}/reference-points`;
  });
  after(() => service[Symbol.asyncDispose]());

  const diskOf = async (of: string): Promise<string> =>
    (await rest.expect(200, `${of}/devices`)).body.disks[0].path as string;
  const write = async (cluster: number): Promise<void> => {
    const file = await diskOf(`/vms/${id}`);
    execFileSync('qemu-io', ['-f', 'qcow2', '-c', `write -q -P 5 ${cluster * CLUSTER} ${CLUSTER}`, file]);
  };
  const changes = (path: string, since: string, more = '') =>
    rest.ask(`/images/changes?path=${encodeURIComponent(path)}&since=${since}${more}`);

  test('a backup, and the next one: only what was written between is told', async () => {
    const { body: taken, headers } = await rest.post(201, points, {});
    assert.equal(headers.get('location'), `/api/v1${points}/${taken.id}`);
    assert.deepEqual([taken.vmId, taken.consistency, taken.disks.length], [id, 'crash', 1]);
    assert.ok(Math.abs(Date.parse(taken.createdAt) - Date.now()) < 3600_000, taken.createdAt);
    await write(3);
    const { body: backup } = await rest.post(201, `/vms/${id}/checkpoints`, { type: 'recovery' });
    assert.equal(backup.type, 'recovery');
    await write(9);
    const read = await diskOf(`/checkpoints/${backup.id}`);
    const since = taken.disks[0].changesSince;
    const { body } = await changes(read, since);
    assert.deepEqual(body.ranges, [{ offset: 3 * CLUSTER, length: CLUSTER }]);
    assert.deepEqual([body.offset, body.processedBytes], [0, 64 << 20]);
    const piece = await changes(read, since, `&offset=${3 * CLUSTER}&length=4096`);
    assert.deepEqual(piece.body.ranges, [{ offset: 3 * CLUSTER, length: 4096 }]);
    const { body: next } = await rest.post(201, `/checkpoints/${backup.id}/convert`);
    assert.equal(next.id, backup.id);
    const { body: list } = await rest.expect(200, points);
    assert.deepEqual(
      list.items.map((point: { id: string }) => point.id),
      [taken.id, next.id],
    );
    assert.deepEqual((await rest.expect(200, `/vms/${id}/checkpoints`)).body.items, []);
    await rest.expect(204, `${points}/${taken.id}`, { method: 'DELETE' });
    await rest.expect(404, `${points}/${taken.id}`, { method: 'DELETE' });
    const now = await changes(await diskOf(`/vms/${id}`), next.disks[0].changesSince);
    assert.deepEqual(now.body.ranges, [{ offset: 9 * CLUSTER, length: CLUSTER }]);
    await rest.expect(204, `${points}/${next.id}`, { method: 'DELETE' });
  });

  test('what cannot be is refused with a reason', async () => {
    const { body: standard } = await rest.post(201, `/vms/${id}/checkpoints`, {});
    const refused = await rest.post(400, `/checkpoints/${standard.id}/convert`);
    assert.match(refused.body.detail, /recovery/i);
    const nobody = '00000000-0000-0000-0000-000000000001';
    await rest.expect(404, `${points}/${nobody}`);
    await rest.expect(404, `${points}/x`);
    await rest.expect(404, `/vms/${nobody}/reference-points`);
    await rest.post(404, `/vms/${nobody}/reference-points`, {});
    await rest.post(400, points, { consistency: 'wished' });
    const path = await diskOf(`/vms/${id}`);
    const noise = await changes(path, 'rubbish');
    assert.deepEqual([noise.status, noise.body.code], [400, 'invalid-parameter']);
    const { body: point } = await rest.post(201, points, {});
    for (const more of ['&offset=-1', '&length=x', '&offset=1e400'])
      assert.equal((await changes(path, point.disks[0].changesSince, more)).status, 400, more);
    assert.equal((await changes('/etc/passwd', point.disks[0].changesSince)).status, 400);
  });
});
