import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdirSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

const MIB = 1 << 20;
const VIEWER = 'viewer:Test-Passw0rd';

const digestOf = async (file: string): Promise<string> => {
  const digest = createHash('sha256');
  await once(
    createReadStream(file).on('data', (bytes) => digest.update(bytes)),
    'end',
  );
  return digest.digest('hex');
};

describe('a job that runs is cancelled over REST', () => {
  let service: Service;
  let rest: Rest;
  let images: string;
  let source: string;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    images = join(service.dataDirectory, 'images');
    mkdirSync(images);
    source = join(images, 'large.raw');
    // Large enough that a fast disk does not have it copied before it is cancelled.
    const piece = randomBytes(64 * MIB);
    for (let count = 0; count < 16; count += 1) await writeFile(source, piece, { flag: 'a' });
    await rest.expect(201, '/users/viewer', { method: 'PUT', body: { password: 'Test-Passw0rd', role: 'viewer' } });
    await rest.expect(200, '/vms', { as: VIEWER });
  });
  after(() => service[Symbol.asyncDispose]());

  /** Begins it and answers it as it is when it has done a part of its work. */
  const begun = async (path: string, body: unknown) => {
    const { body: job } = await rest.expect(202, path, { method: 'POST', body, headers: { prefer: 'respond-async' } });
    for (;;) {
      const { body: now } = await rest.expect(200, `/jobs/${job.id}`);
      assert.ok(['new', 'starting', 'running'].includes(now.state), now.state);
      if (now.state === 'running' && now.percent > 0) {
        assert.equal(now.cancellable, true);
        return now;
      }
    }
  };

  const cancel = async ({ id }: { id: string }): Promise<void> => {
    const denied = await rest.expect(403, `/jobs/${id}/cancel`, { method: 'POST', as: VIEWER });
    assert.equal(denied.body.code, 'access-denied');
    const { body: job } = await rest.post(200, `/jobs/${id}/cancel`);
    assert.deepEqual([job.id, job.state, job.cancellable, job.activity], [id, 'terminated', false, null]);
    assert.match(job.error.message, /\w+ .*\./);
    assert.deepEqual((await rest.expect(200, `/jobs/${id}`)).body, job);
    const { body: list } = await rest.expect(200, '/jobs?state=ended&limit=1000');
    assert.ok(list.items.some((each: { id: string; state: string }) => each.id === id && each.state === 'terminated'));
    assert.equal((await rest.post(409, `/jobs/${id}/cancel`)).body.code, 'invalid-state');
  };

  test('a conversion: its target is gone, its source as it was, and the same goes through afterwards', async () => {
    const to = join(images, 'converted.vhdx');
    const digest = await digestOf(source);
    const { id } = await begun('/images/convert', { path: source, to });
    assert.ok((await stat(to)).size > 0, 'it was being written');
    await cancel({ id });
    assert.deepEqual(await readdir(images), ['large.raw']);
    assert.equal(await digestOf(source), digest);
    const { body } = await rest.post(201, '/images/convert', { path: source, to });
    assert.deepEqual([body.path, body.format, body.sizeBytes], [to, 'vhdx', 1024 * MIB]);
    const { items } = (await rest.expect(200, '/audit?kind=change&limit=1000')).body;
    const told = items.filter(({ what }: { what: string }) => what.endsWith('RequestStateChange'));
    assert.ok(
      told.some(({ objects, result }: Record<string, unknown>) => result === 'ok' && String(objects).includes(id)),
    );
  });

  test('an export: nothing of it is left, and the machine is as it was', async () => {
    const { body: vm } = await rest.post(201, '/vms', { name: 'kept', disks: [{ path: source }] });
    const of = async (path: string) => (await rest.expect(200, `/vms/${vm.id}${path}`)).body;
    const all = () => Promise.all(['?fields=name,state,jobs,health', '/settings', '/devices'].map(of));
    const untouched = await all();
    const directory = join(service.dataDirectory, 'exports');
    const exporting = await begun(`/vms/${vm.id}/export`, { directory });
    const { text, file } = exporting.activity;
    assert.deepEqual([text, file.name, file.totalBytes], ['Copying files', 'large.vhdx', 1024 * MIB]);
    assert.ok(file.doneBytes > 0 && file.doneBytes <= file.totalBytes, `${file.doneBytes} bytes`);
    await cancel(exporting);
    assert.deepEqual((await readdir(service.dataDirectory)).includes('exports'), false);
    assert.deepEqual(await all(), untouched);
    await rest.post(200, `/vms/${vm.id}/start`);
    await rest.post(200, `/vms/${vm.id}/stop`);
  });
});
