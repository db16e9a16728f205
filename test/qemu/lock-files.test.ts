import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DomainError } from '../../src/core/errors.ts';
import { holdFiles, lockForReading } from '../../src/qemu/supervise/lock-files.ts';
import { qemuImg } from '../vhd/fixtures.ts';

const run = promisify(execFile);

const diskFor = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-lock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'base.vhdx');
  await qemuImg('create', '-q', '-f', 'vhdx', file, '8M');
  return file;
};

const write = (file: string): Promise<unknown> => run('qemu-io', ['-f', 'vhdx', '-c', 'write 0 64k', file]);
const read = (file: string): Promise<unknown> => run('qemu-io', ['-r', '-f', 'vhdx', '-c', 'read 0 64k', file]);

describe('files of a chain that is served', () => {
  test('may be read by others, and written by none, until they are closed', async (t) => {
    const file = await diskFor(t);
    await write(file);
    const [first, second] = [await open(file), await open(file)];
    await lockForReading([first], [file]);
    // Two machines may lie over the same disk.
    await lockForReading([second], [file]);
    await read(file);
    await assert.rejects(write(file), /Failed to get "write" lock/);
    await first.close();
    await assert.rejects(write(file), /Failed to get "write" lock/);
    await second.close();
    await write(file);
  });

  test('one that a machine writes to is not served', async (t) => {
    const file = await diskFor(t);
    const writer = run('qemu-io', ['-f', 'vhdx', '-c', 'write 0 64k', '-c', 'sleep 20000', file]);
    writer.catch(() => undefined);
    t.after(() => writer.child.kill());
    const { ino } = await stat(file);
    while (!new RegExp(`:${ino} 100 101`).test(await readFile('/proc/locks', 'utf8'))) await sleep(5);
    await using handle = await open(file);
    await using other = await open(import.meta.filename);
    await assert.rejects(lockForReading([other, handle], ['other', file]), (error) => {
      assert.ok(error instanceof DomainError);
      assert.deepEqual([error.code, error.hresult], ['fileInUse', '0x80070020']);
      assert.match(error.message, /base\.vhdx is in use/);
      return true;
    });
  });
});

describe('files that a job holds', () => {
  test('to read: QEMU reads them too and writes to none, until they are let go', async (t) => {
    const file = await diskFor(t);
    const other = join(file, '..', 'other.raw');
    await writeFile(other, Buffer.alloc(65_536));
    {
      await using _held = await holdFiles([file, other], 'read');
      await using _again = await holdFiles([file], 'read');
      await read(file);
      await assert.rejects(write(file), /Failed to get "write" lock/);
      await assert.rejects(holdFiles([other, file], 'alone'), { code: 'fileInUse', message: /other\.raw is in use/ });
    }
    await write(file);
    await using _alone = await holdFiles([other, file], 'alone');
  });

  test('alone: QEMU does not even read them', async (t) => {
    const file = await diskFor(t);
    {
      await using _held = await holdFiles([file], 'alone');
      await assert.rejects(read(file), /Failed to get/);
      await assert.rejects(write(file), /Failed to get/);
      await assert.rejects(holdFiles([file], 'read'), { code: 'fileInUse' });
    }
    await read(file);
  });

  test('more than one program is given at once; one that is taken lets go of all', async (t) => {
    const folder = dirname(await diskFor(t));
    const files = await Promise.all(
      Array.from({ length: 70 }, async (_, n) => {
        const file = join(folder, `${n}.raw`);
        await writeFile(file, 'disk');
        return file;
      }),
    );
    await using taken = await holdFiles(files.slice(-1), 'alone');
    await assert.rejects(holdFiles(files, 'read'), { message: /69\.raw is in use/ });
    await using _first = await holdFiles(files.slice(0, -1), 'alone');
    await taken[Symbol.asyncDispose]();
  });
});
