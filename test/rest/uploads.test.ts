import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from '../kit/service.ts';
import { type Answer, Rest } from './kit.ts';

const DAY = 24 * 3600;

describe('uploads in parts', () => {
  let service: Service;
  let rest: Rest;
  let images: string;
  const content = randomBytes(3_000_001);
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    images = join(service.dataDirectory, 'images');
    mkdirSync(images);
  });
  after(() => service[Symbol.asyncDispose]());

  const at = (name: string): string => join(images, name);
  const begin = async (name: string, sizeBytes = content.length): Promise<string> =>
    (await rest.post(201, '/files/uploads', { path: at(name), sizeBytes })).body.id;
  const send = (id: string, offset: number, body: Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    rest.ask(`/files/uploads/${id}?offset=${offset}`, { method: 'PATCH', body, headers });
  const received = async (id: string): Promise<number> =>
    (await rest.expect(200, `/files/uploads/${id}`)).body.receivedBytes;
  const shown = async (): Promise<string[]> =>
    (await rest.expect(200, `/files?path=${encodeURIComponent(images)}`)).body.items.map(
      ({ name }: { name: string }) => name,
    );
  const parts = (): string[] => readdirSync(images).filter((name) => name.startsWith('.'));
  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    for (let n = 0; n < 1500 && !(await holds()); n += 1) await sleep(20);
  };

  /** A part whose connection breaks, or hangs, after `sent` bytes. */
  const breaking = (id: string, offset: number, body: Buffer, then: 'break' | 'hang', headers = {}) => {
    const part = request(`${rest.base}/api/v1/files/uploads/${id}?offset=${offset}`, {
      method: 'PATCH',
      agent: false,
      headers: {
        authorization: `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`,
        'content-length': content.length,
        ...headers,
      },
    });
    part.on('error', () => undefined);
    part.write(body, () => then === 'break' && part.destroy());
    return part;
  };

  test('part by part: shown to nobody until it is whole, and then byte by byte the same', async () => {
    const id = await begin('parts.iso');
    assert.equal((await send(id, 0, content.subarray(0, 1_000_000))).body.receivedBytes, 1_000_000);
    assert.deepEqual(await shown(), []);
    assert.equal(existsSync(at('parts.iso')), false);
    const { body: list } = await rest.expect(200, '/files/uploads');
    assert.deepEqual(
      list.items.map(({ path, sizeBytes, receivedBytes }: Record<string, unknown>) => [path, sizeBytes, receivedBytes]),
      [[at('parts.iso'), content.length, 1_000_000]],
    );
    for (const offset of [0, 999_999, 1_000_001]) {
      const refused = await send(id, offset, content.subarray(offset));
      assert.deepEqual([refused.status, refused.body.code], [409, 'invalid-state'], refused.text);
      assert.match(refused.body.detail, /1000000/);
    }
    assert.equal((await send(id, 1_000_000, content.subarray(1_000_000))).status, 201);
    assert.deepEqual(readFileSync(at('parts.iso')), content);
    assert.deepEqual([await shown(), parts()], [['parts.iso'], []]);
    await rest.expect(404, `/files/uploads/${id}`);
    const empty = await begin('empty.raw', 0);
    assert.equal((await send(empty, 0, Buffer.alloc(0))).status, 201);
    assert.equal(readFileSync(at('empty.raw')).length, 0);
  });

  test('it goes on after a broken connection, and after the service was killed', async () => {
    const id = await begin('broken.iso');
    breaking(id, 0, content.subarray(0, 500_000), 'break');
    await until(async () => (await received(id)) > 0);
    await service.stop('SIGKILL');
    await service.run();
    rest = new Rest(service);
    const there = await received(id);
    assert.ok(there > 0 && there <= 500_000, `${there}`);
    assert.equal((await send(id, there, content.subarray(there))).status, 201);
    assert.deepEqual(readFileSync(at('broken.iso')), content);
  });

  test('a client that asks anew ends its own connection that hangs', async () => {
    const id = await begin('hanging.iso');
    const hanging = breaking(id, 0, content.subarray(0, 100_000), 'hang');
    await until(async () => (await received(id)) === 100_000);
    const { status } = await send(id, 100_000, content.subarray(100_000));
    hanging.destroy();
    assert.equal(status, 201);
    assert.deepEqual(readFileSync(at('hanging.iso')), content);
  });

  test('the service was killed between naming the file and forgetting the upload: the same is asked again', async () => {
    const id = await begin('named.iso', 3);
    writeFileSync(at(`.vsms-upload-${id}`), 'abc');
    linkSync(at(`.vsms-upload-${id}`), at('named.iso'));
    assert.equal((await send(id, 3, Buffer.alloc(0))).status, 201);
    assert.deepEqual([readFileSync(at('named.iso'), 'utf8'), parts()], ['abc', []]);
  });

  test('somebody took the name meanwhile: theirs stays, and ours is there to be given up', async () => {
    const id = await begin('twice.iso', 3);
    assert.equal((await send(id, 0, Buffer.from('ab'))).status, 200);
    writeFileSync(at('twice.iso'), 'of somebody else');
    const refused = await send(id, 2, Buffer.from('c'));
    assert.equal(refused.body.code, 'already-exists');
    assert.equal(readFileSync(at('twice.iso'), 'utf8'), 'of somebody else');
    assert.equal(await received(id), 3);
    await rest.expect(204, `/files/uploads/${id}`, { method: 'DELETE' });
    await rest.expect(404, `/files/uploads/${id}`, { method: 'DELETE' });
    assert.deepEqual(parts(), []);
  });

  const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
  const digest = (bytes: Buffer) => ({ 'content-digest': `sha-256=:${sha256(bytes).toString('base64')}:` });
  const beginAs = async (name: string, whole: Buffer): Promise<string> =>
    (
      await rest.post(201, '/files/uploads', {
        path: at(name),
        sizeBytes: whole.length,
        sha256: sha256(whole).toString('hex').toUpperCase(),
      })
    ).body.id;

  test('a part that is not what its digest says is not kept, and neither is one that breaks; the whole has one told', async () => {
    const id = await beginAs('digests.iso', content);
    const [first, second] = [content.subarray(0, 1_000_000), content.subarray(1_000_000)];
    assert.equal((await send(id, 0, first, digest(first))).body.receivedBytes, first.length);
    const changed = Buffer.from(second);
    changed.writeUInt8(changed.readUInt8(7) ^ 1, 7);
    const refused = await send(id, first.length, changed, digest(second));
    assert.deepEqual([refused.status, refused.body.code], [400, 'invalid-parameter']);
    assert.match(refused.body.detail, /was announced: it was changed on the way/);
    assert.equal(await received(id), first.length);
    const broken = breaking(id, first.length, second.subarray(0, 300_000), 'hang', digest(second));
    await until(async () => (await received(id)) === first.length + 300_000);
    broken.destroy();
    await until(async () => (await received(id)) === first.length);
    assert.equal(await received(id), first.length);
    for (const header of ['sha-256=abc', 'sha-256=:AAAA:'])
      assert.equal((await send(id, first.length, second, { 'content-digest': header })).body.code, 'invalid-request');
    // Of the whole, not of this part: another one than this, and passed over.
    const whole = await send(id, first.length, second, {
      ...digest(second),
      'repr-digest': digest(content)['content-digest'],
    });
    assert.deepEqual([whole.status, whole.body.sha256], [201, sha256(content).toString('hex')]);
    assert.equal(whole.headers.get('repr-digest'), digest(content)['content-digest']);
    assert.deepEqual(readFileSync(at('digests.iso')), content);
  });

  test('a whole that is not what was announced is not kept, also when the service was killed between its parts', async () => {
    const other = Buffer.from(content);
    other.writeUInt8(other.readUInt8(0) ^ 1, 0);
    for (const restarted of [false, true]) {
      const [good, bad] = [await beginAs('good.iso', content), await beginAs('bad.iso', content)];
      for (const [id, bytes] of [
        [good, content],
        [bad, other],
      ] as const)
        assert.equal((await send(id, 0, bytes.subarray(0, 1_500_000))).status, 200);
      if (restarted) {
        await service.stop('SIGKILL');
        await service.run();
        rest = new Rest(service);
      }
      const kept = await send(good, 1_500_000, content.subarray(1_500_000));
      assert.deepEqual([kept.status, kept.body.sha256], [201, sha256(content).toString('hex')]);
      const refused = await send(bad, 1_500_000, other.subarray(1_500_000));
      assert.deepEqual([refused.status, refused.body.code], [400, 'invalid-parameter'], refused.text);
      await rest.expect(404, `/files/uploads/${bad}`);
      assert.deepEqual([existsSync(at('bad.iso')), parts()], [false, []]);
      rmSync(at('good.iso'));
    }
    for (const text of ['', 'abc', 'g'.repeat(64), 7])
      await rest.post(400, '/files/uploads', { path: at('x.iso'), sizeBytes: 1, sha256: text });
  });

  test('only where clients may write, only what fits beside the others, no more than was announced', async () => {
    symlinkSync('/etc', at('out'));
    for (const path of ['/etc/x', at('../state/x.iso'), at('out/x.iso'), at('nowhere/x.iso'), at('parts.iso'), images])
      for (const sizeBytes of [1, 0]) {
        const { status } = await rest.ask('/files/uploads', { method: 'POST', body: { path, sizeBytes } });
        assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
      }
    for (const sizeBytes of [-1, 1.5, 2 ** 53, '1'])
      await rest.post(400, '/files/uploads', { path: at('x.iso'), sizeBytes });
    const { body: folder } = await rest.expect(200, `/files?path=${encodeURIComponent(images)}`);
    const most = Math.floor(folder.freeBytes * 0.6);
    const first = await begin('first.raw', most);
    const second = await rest.post(507, '/files/uploads', { path: at('second.raw'), sizeBytes: most });
    assert.deepEqual([second.body.code, /MiB/.test(second.body.detail)], ['out-of-space', true]);
    await rest.expect(204, `/files/uploads/${first}`, { method: 'DELETE' });
    const id = await begin('long.raw', 10);
    assert.equal((await send(id, 0, Buffer.alloc(11))).body.code, 'invalid-parameter');
    assert.equal(existsSync(at('long.raw')), false);
    assert.equal((await send(id, await received(id), Buffer.alloc(1), { 'content-encoding': 'gzip' })).status, 415);
    for (const offset of ['', '-1', 'x', '1.5'])
      await rest.expect(400, `/files/uploads/${id}?offset=${offset}`, { method: 'PATCH', body: Buffer.from('x') });
    await rest.expect(404, `/files/uploads/${'0'.repeat(32)}?offset=0`, { method: 'PATCH', body: Buffer.from('x') });
    await rest.expect(404, '/files/uploads/..%2f..', {});
  });

  test('what nobody has sent to for a day goes, also when its file went without us', async () => {
    const old = await begin('old.raw', 10);
    const lost = await begin('lost.raw', 10);
    const stale = Date.now() / 1000 - DAY - 60;
    utimesSync(at(`.vsms-upload-${old}`), stale, stale);

    rmSync(at(`.vsms-upload-${lost}`));
    const { body } = await rest.expect(200, '/files/uploads');
    assert.ok(!body.items.some(({ id }: { id: string }) => id === old || id === lost));
    assert.ok(!parts().includes(`.vsms-upload-${old}`));
    await rest.expect(404, `/files/uploads/${old}`);
  });

  test('clients that go away, or go on elsewhere, are no failures of the service in its log', () => {
    assert.doesNotMatch(service.output, /request failed/);
  });
});
