import assert from 'node:assert/strict';
import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { treeLines } from '../../src/cli/checkpoint.ts';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

test('the tree: children below their parents, and where the machine is', () => {
  const at = (id: string, parent: string | null, hasMemory = false) => ({
    id,
    name: id.toUpperCase(),
    createdAt: '20261128150000',
    parent,
    hasMemory,
  });
  const all = [at('a', null), at('b', 'a', true), at('c', 'a'), at('d', 'b')];
  const sizes = new Map([
    ['b', { bytes: 3 * 2 ** 20, diskBytes: 0 }],
    ['a', { bytes: 4_352, diskBytes: 2 ** 30 }],
    ['c', { bytes: 12, diskBytes: null }],
    ['d', { bytes: 0, diskBytes: 1024 }],
  ]);
  assert.deepEqual(treeLines(all, 'C', sizes, { diskBytes: 2048 }), [
    '└─ A  2026-11-28 15:00  4.25 KiB  disks 1 GiB',
    '   ├─ B  2026-11-28 15:00  3 MiB  disks 0 bytes  with memory',
    '   │  └─ D  2026-11-28 15:00  0 bytes  disks 1 KiB',
    '   └─ C  2026-11-28 15:00  12 bytes  disks ?',
    '      └─ * now  disks 2 KiB',
  ]);
  assert.deepEqual(treeLines([], null, sizes, null), ['└─ * now']);
  assert.deepEqual(treeLines([at('x', 'gone')], null, sizes, null), [
    '├─ X  2026-11-28 15:00  0 bytes  disks ?',
    '└─ * now',
  ]);
});

describe('vsms checkpoint', () => {
  let service: Service;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    const folder = join(service.dataDirectory, 'drives/c/vm');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'one.img'), '');
    await truncate(join(folder, 'one.img'), 1 << 20);
    await ok('vm', 'create', 'web', '--generation', '1', '--disk', 'C:\\vm\\one.img');
  });
  after(() => service[Symbol.asyncDispose]());

  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await vsms(local(service), ...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  const fails = async (wanted: number, pattern: RegExp, ...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await vsms(local(service), ...args);
    assert.equal(code, wanted, stderr);
    assert.match(stderr, pattern);
  };

  test('create, list, rename, apply, delete, from the first checkpoint to none', async () => {
    assert.match(await ok('checkpoint', 'create', 'web', 'fresh'), /^fresh [0-9A-F-]{36}$/);
    await ok('vm', 'start', 'web');
    assert.match(await ok('checkpoint', 'create', 'web', '--notes', 'a note'), /^web - .* [0-9A-F-]{36}$/);
    assert.match(await ok('vm', 'list'), /web +Running/, 'it runs on');
    const [, automatic = ''] = (await ok('checkpoint', 'list', 'web', '-o', 'name')).split('\n');
    assert.equal(await ok('checkpoint', 'rename', 'web', automatic, 'second'), `${automatic} is second now.`);
    assert.match(
      await ok('checkpoint', 'list', 'web'),
      /^web\n└─ fresh {2}2\d{3}-\d\d-\d\d \d\d:\d\d {2}[\d.]+ KiB {2}disks 1 MiB\n {3}└─ second .* [\d.]+ KiB {2}disks [\d.]+ KiB {2}with memory\n {6}└─ \* now {2}disks [\d.]+ KiB$/,
    );
    assert.match(
      await ok('checkpoint', 'list', 'web', '-o', 'table'),
      /^NAME +CREATED +SIZE +DISKS +MEMORY +NOW +ID\nfresh .* KiB +1 MiB +no +[0-9A-F-]{36}\nsecond .* KiB +yes +here +[0-9A-F-]{36}$/,
    );
    const both = JSON.parse(await ok('checkpoint', 'list', 'web', '-o', 'json')) as { hasMemory: boolean }[];
    assert.deepEqual(
      both.map(({ hasMemory }) => hasMemory),
      [false, true],
    );
    assert.equal(await ok('checkpoint', 'apply', 'web', 'fresh', '--discard-now'), 'web is at fresh: Off.');
    assert.match(await ok('checkpoint', 'list', 'web'), /├─ second .*\n {3}└─ \* now {2}disks .*$/);
    assert.equal(
      await ok('checkpoint', 'apply', 'web', 'second', '--discard-now', '--start'),
      'web is at second: Running.',
    );
    const kept = await ok('checkpoint', 'apply', 'web', 'fresh', '--keep-now');
    assert.match(kept, /^web - .* holds what was there before\.\nweb is at fresh: Off\.$/);
    const listed = JSON.parse(await ok('checkpoint', 'list', 'web', '-o', 'json')) as {
      name: string;
      current: boolean;
    }[];
    assert.equal(listed.length, 3);
    assert.deepEqual(
      listed.filter(({ current }) => current).map(({ name }) => name),
      ['fresh'],
    );
    await ok('checkpoint', 'export', 'web', 'second', 'C:\\out');
    assert.deepEqual(await readdir(join(service.dataDirectory, 'drives/c/out')), ['web']);
    await ok('checkpoint', 'delete', 'web', 'second');
    assert.equal((await ok('checkpoint', 'list', 'web', '-o', 'name')).split('\n').length, 2);
    await ok('checkpoint', 'delete', 'web', 'fresh', '--tree');
    assert.equal(await ok('checkpoint', 'list', 'web'), 'web\n└─ * now');
  });

  test('fork: machines that go on from a checkpoint, and what is wrong with a request', async () => {
    await ok('vm', 'start', 'web');
    await ok('checkpoint', 'create', 'web', 'moment');
    const lines = (await ok('fork', 'web@moment', '--count', '2')).split('\n');
    assert.equal(lines.length, 2);
    for (const [index, line] of lines.entries())
      assert.match(line, new RegExp(`^web-${index + 1} [0-9A-F-]{36} Running$`));
    const [left] = JSON.parse(
      await ok('fork', 'web@moment', '--name', 'copy', '--no-start', '--no-network', '-o', 'json'),
    ) as { name: string; state: number }[];
    assert.deepEqual([left?.name, left?.state], ['copy-1', 6]);
    await fails(2, /Say VM@CHECKPOINT/, 'fork', 'web');
    await fails(3, /no checkpoint "nope"/, 'fork', 'web@nope');
    await fails(2, /whole number/, 'fork', 'web@moment', '--count', 'many');
    await fails(2, /1 to 100/, 'fork', 'web@moment', '--count', '101');
    await fails(5, /'copy-1'.* are forks of it/, 'checkpoint', 'delete', 'web', 'moment');
    for (const name of ['web-1', 'web-2']) await ok('vm', 'stop', name);
    for (const name of ['web-1', 'web-2', 'copy-1']) await ok('vm', 'delete', name);
    await ok('vm', 'stop', 'web');
    await ok('checkpoint', 'delete', 'web', 'moment');
  });

  test('what is wrong is said: names, and what would be lost', async () => {
    await ok('checkpoint', 'create', 'web', 'one');
    await fails(2, /would be lost: say --keep-now .* or --discard-now/, 'checkpoint', 'apply', 'web', 'one');
    await fails(2, /not both/, 'checkpoint', 'apply', 'web', 'one', '--keep-now', '--discard-now');
    await fails(3, /no checkpoint "nope"/, 'checkpoint', 'apply', 'web', 'nope', '--discard-now');
    await fails(3, /no virtual machine "nope"/, 'checkpoint', 'create', 'nope');
    await ok('checkpoint', 'create', 'web', 'one');
    await fails(2, /2 checkpoints are named "one"/, 'checkpoint', 'delete', 'web', 'one');
  });
});
