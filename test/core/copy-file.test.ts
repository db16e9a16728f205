import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, type FileHandle, mkdtemp, open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { copyFile } from '../../src/core/disks/copy-file.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';

const MIB = 1024 * 1024;
const run = promisify(execFile);

const folderFor = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-copy-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

describe('copies of files', () => {
  test('the content and its time, with holes where the source has zeros, and rights of its own', async (t) => {
    const folder = await folderFor(t);
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    const content = Buffer.alloc(9 * MIB + 5);
    content.fill(7, 4 * MIB + 3, 5 * MIB);
    content[content.length - 1] = 1;
    await writeFile(source, content);
    await chmod(source, 0o444);
    await utimes(source, new Date(), new Date(1_700_000_000_123));
    await using handle = await open(source);
    const told: number[] = [];
    await copyFile(handle, target, { mode: 0o600, progress: (done) => told.push(done) });
    assert.ok(content.equals(await readFile(target)));
    assert.equal((await stat(target)).mode & 0o777, 0o600);
    assert.equal((await stat(target)).mtimeMs, 1_700_000_000_123);
    assert.equal(told.at(-1), content.length);
    await assert.rejects(copyFile(handle, target), { code: 'EEXIST' });
  });

  test('the holes of a sparse file are not read: a large one takes the time of its data', async (t) => {
    const folder = await folderFor(t);
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    const size = 1024 * 1024 * MIB + 7;
    const at = (place: number): Promise<unknown> => handle.write(Buffer.alloc(3 * MIB, place % 251), 0, 3 * MIB, place);
    await using handle = await open(source, 'w+');
    await handle.truncate(size);
    const places = [5 * MIB, 400_000 * MIB, size - 3 * MIB];
    for (const place of places) await at(place);
    let reads = 0;
    const counted = new Proxy(handle, {
      get: (file, name) => {
        const value: unknown = Reflect.get(file, name, file);
        if (name === 'read') reads++;
        return typeof value === 'function' ? value.bind(file) : value;
      },
    });
    const told: number[] = [];
    await copyFile(counted, target, { progress: (done) => told.push(done) });
    assert.ok(reads > 8 && reads < 40, `${reads} reads`);
    assert.equal(told.at(-1), size);
    assert.ok(told.every((done, i) => done >= (told[i - 1] ?? 0) && done <= size));
    await using copy = await open(target);
    const { size: copied, blocks } = await copy.stat();
    assert.deepEqual([copied, blocks * 512 < 10 * MIB], [size, true]);
    for (const place of [...places, 0, 7 * MIB, 300_000 * MIB]) {
      const [a, b] = [Buffer.alloc(4 * MIB, 1), Buffer.alloc(4 * MIB, 2)];
      const { bytesRead } = await handle.read(a, 0, 4 * MIB, place);
      await copy.read(b, 0, 4 * MIB, place);
      assert.ok(a.subarray(0, bytesRead).equals(b.subarray(0, bytesRead)), `at ${place}`);
    }
  });

  test('a sparse file is copied until it is cancelled', async (t) => {
    const folder = await folderFor(t);
    await using handle = await open(join(folder, 'source'), 'w+');
    await handle.truncate(1024 * 1024 * MIB);
    for (let place = 0; place < 40; place++) await handle.write(Buffer.alloc(MIB, 1), 0, MIB, place * 1000 * MIB);
    const abort = new AbortController();
    const told: number[] = [];
    const copying = copyFile(handle, join(folder, 'target'), {
      signal: abort.signal,
      progress: (done) => {
        told.push(done);
        if (told.length === 5) abort.abort(new Error('enough'));
      },
    });
    await assert.rejects(copying, /enough/);
    assert.ok(told.length < 10);
  });

  test('one that fails does not read the rest of a large file', async (t) => {
    const folder = await folderFor(t);
    const size = 1000 * 4 * MIB;
    let reads = 0;
    const broken = {
      fd: -1,
      stat: async () => ({ size }),
      read: async (_piece: Buffer, _at: number, length: number) => {
        reads++;
        if (reads === 1) throw Object.assign(new Error('a bad place'), { code: 'EIO' });
        return { bytesRead: length };
      },
    };
    await assert.rejects(copyFile(broken as unknown as FileHandle, join(folder, 'target')), { code: 'EIO' });
    assert.ok(reads < 10, `${reads} reads`);
  });
});

test('an overlay over an image that nobody may write to is one that its owner may write to', async (t) => {
  const folder = await folderFor(t);
  const [below, overlay] = [join(folder, 'below.raw'), join(folder, 'over.qcow2')];
  await writeFile(below, Buffer.alloc(MIB));
  await chmod(below, 0o444);
  await createImageTool().createOverlay(overlay, { file: below, format: 'raw' });
  assert.equal((await stat(overlay)).mode & 0o777, 0o644);
});

test('an overlay over a disk that a machine has open is open to nobody who had no access to the disk', async (t) => {
  const folder = await folderFor(t);
  const below = join(folder, 'below.raw');
  await writeFile(below, Buffer.alloc(MIB));
  for (const [mode, acl] of [
    [0o600, 'u:65534:rw'],
    [0o640, 'u:65534:rw'],
    [0o664, 'u:65534:r'],
  ] as const) {
    const overlay = join(folder, `over-${mode}.qcow2`);
    await run('setfacl', ['-b', below]);
    await chmod(below, mode);
    await run('setfacl', ['-m', acl, below]);
    await createImageTool().createOverlay(overlay, { file: below, format: 'raw' });
    assert.equal((await stat(overlay)).mode & 0o777, mode);
  }
});
