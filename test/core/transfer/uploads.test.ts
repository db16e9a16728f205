import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createPathResolver } from '../../../src/core/paths/resolver.ts';
import { type Upload, Uploads } from '../../../src/core/transfer/uploads.ts';
import { refusal } from '../kit.ts';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const open = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'vsms-uploads-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const records = new Map<string, Upload>();
  const uploads = await Uploads.open({
    storage: {
      load: async () => [...records.values()],
      save: async (upload) => void records.set(upload.id, upload),
      remove: async (id) => void records.delete(id),
    },
    paths: createPathResolver({ dataDirectory: folder, stateDirectory: join(folder, 'state'), roots: [folder] }),
  });
  const file = join(folder, 'whole.iso');
  const begin = async (size: number): Promise<string> =>
    (await uploads.begin('admin', file, { size, sha256: null })).id;
  return { uploads, file, folder, begin };
};

test('of two parts that come together the later one is taken, and the other adds nothing to it', async (t) => {
  const { uploads, file, begin } = await open(t);
  const id = await begin(6);
  const [one, other] = await Promise.allSettled([
    uploads.append(id, 0, Readable.from([Buffer.from('aaaaaa')]), null),
    uploads.append(id, 0, Readable.from([Buffer.from('bbb')]), null),
  ]);
  assert.equal(one.status, 'rejected');
  assert.equal(other.status === 'fulfilled' && other.value.received, 3);
  assert.equal((await uploads.append(id, 3, Readable.from([Buffer.from('ccc')]), null)).received, 6);
  const { sha256: told } = await uploads.finish(id);
  assert.equal(readFileSync(file, 'utf8'), 'bbbccc');
  assert.deepEqual(told, sha256('bbbccc'));
});

test('a part that is still being checked makes no whole file, and takes nothing from one', async (t) => {
  const { uploads, file, folder, begin } = await open(t);
  const id = await begin(6);
  const content = new PassThrough();
  const part = uploads.append(id, 0, content, sha256('abcdef'));
  part.catch(() => undefined);
  content.write('abcdeX');
  while ((await uploads.get(id)).received < 6);
  await assert.rejects(uploads.finish(id), refusal('invalidState', /6 bytes are missing/));
  await assert.rejects(part);
  assert.equal(existsSync(file), false);
  await uploads.append(id, 0, Readable.from([Buffer.from('abcdef')]), sha256('abcdef'));
  await uploads.finish(id);
  assert.equal(readFileSync(file, 'utf8'), 'abcdef');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
  );
});
