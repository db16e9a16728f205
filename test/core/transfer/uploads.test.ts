import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { DomainError } from '../../../src/core/errors.ts';
import { createPathResolver, type PathResolver } from '../../../src/core/paths/resolver.ts';
import { type Upload, Uploads } from '../../../src/core/transfer/uploads.ts';
import { refusal } from '../kit.ts';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const open = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'vsms-uploads-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const records = new Map<string, Upload>();
  const resolver = createPathResolver({
    dataDirectory: folder,
    stateDirectory: join(folder, 'state'),
    roots: [folder],
  });
  /** What a path is looked for by, from now on. */
  let resolve: PathResolver['resolve'] = (text, purpose) => resolver.resolve(text, purpose);
  const paths: PathResolver = {
    resolve: (text, purpose) => resolve(text, purpose),
    resolveBelow: (...words) => resolver.resolveBelow(...words),
    nameNewFile: (...words) => resolver.nameNewFile(...words),
    rootTexts: () => resolver.rootTexts(),
    drives: () => resolver.drives(),
    defaultFolder: (name) => resolver.defaultFolder(name),
  };
  const resolving = (by: (resolve: PathResolver['resolve']) => PathResolver['resolve']): void => {
    resolve = by((text, purpose) => resolver.resolve(text, purpose));
  };
  const uploads = await Uploads.open({
    storage: {
      load: async () => [...records.values()],
      save: async (upload) => void records.set(upload.id, upload),
      remove: async (id) => void records.delete(id),
    },
    paths,
  });
  const file = join(folder, 'whole.iso');
  const begin = async (size: number): Promise<string> =>
    (await uploads.begin('admin', file, { size, sha256: null })).id;
  return { uploads, file, folder, begin, resolving };
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

test('a whole file that is asked for by two, as by a client whose answer was lost, is named once and told to both', async (t) => {
  const { uploads, file, begin, resolving } = await open(t);
  const id = await begin(3);
  await uploads.append(id, 0, Readable.from([Buffer.from('abc')]), null);
  const settled: Promise<unknown>[] = [];
  let looks = 0;
  // The fourth look is that of the later one at the file it is to name: by then the earlier one has.
  resolving((resolve) => async (text, purpose) => {
    looks += 1;
    if (looks === 4) await Promise.race(settled);
    return resolve(text, purpose);
  });
  const both = [uploads.finish(id), uploads.finish(id)];
  settled.push(...both.map((each) => each.catch(() => undefined)));
  for (const { bytes, sha256: told } of await Promise.all(both)) assert.deepEqual([bytes, told], [3, sha256('abc')]);
  assert.equal(readFileSync(file, 'utf8'), 'abc');
});

test('what is being named is whole first, and cannot be given up', async (t) => {
  const { uploads, file, begin, resolving } = await open(t);
  const id = await begin(3);
  await uploads.append(id, 0, Readable.from([Buffer.from('abc')]), null);
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  let looks = 0;
  resolving((resolve) => async (text, purpose) => {
    looks += 1;
    if (looks === 2) await held;
    return resolve(text, purpose);
  });
  const finished = uploads.finish(id);
  const discarded = uploads.discard(id);
  discarded.catch(() => undefined).finally(goOn);
  setImmediate(goOn);
  assert.equal((await finished).bytes, 3);
  await assert.rejects(discarded, refusal('fileNotFound', /over/));
  assert.equal(readFileSync(file, 'utf8'), 'abc');
});

test('an upload whose folder cannot be looked at for now is not forgotten', async (t) => {
  const { uploads, begin, resolving } = await open(t);
  const id = await begin(3);
  await uploads.append(id, 0, Readable.from([Buffer.from('ab')]), null);
  resolving(() => async () => {
    throw new DomainError('failed', 'The folder cannot be used: its file system reports EMFILE.');
  });
  assert.deepEqual(await uploads.list(), []);
  await assert.rejects(uploads.get(id), refusal('failed', /EMFILE/));
  resolving((resolve) => resolve);
  assert.equal((await uploads.get(id)).received, 2);
});
