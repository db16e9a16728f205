import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { giveAccess, plainMode, takeAccess } from '../../src/qemu/supervise/access.ts';

/** Nobody of this host. */
const user = { name: 'nobody-here', uid: 54_321, gid: 54_321, kvmGid: null };
const OTHER = 54_322;

const named = (file: string): readonly string[] =>
  execFileSync('getfacl', ['-pcn', '--', file], { encoding: 'utf8' })
    .split('\n')
    .filter((entry) => /^(user|group):\d|^mask/.test(entry));

test('access is taken back from many files at once: names of any kind, files that are gone, entries of others', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-access-'));
  try {
    const names = [
      'plain',
      'with space',
      'back\\slash',
      'line\nbreak',
      'ümlaut',
      "quo'te",
      ...Array.from({ length: 120 }, (_, index) => `f${index}`),
    ];
    const files = names.map((name) => join(directory, name));
    for (const file of files) await writeFile(file, '', { mode: 0o640 });
    const [shared = ''] = files;
    execFileSync('setfacl', ['-m', `u:${OTHER}:r`, shared]);
    await giveAccess(
      user,
      files.map((path) => ({ path, access: 'rw' as const })),
    );
    for (const file of files) assert.ok(named(file).includes(`user:${user.uid}:rw-`), file);
    const gone = files[3] ?? '';
    await rm(gone);
    await takeAccess(user, files);
    assert.deepEqual(named(shared), [`user:${OTHER}:r--`, 'mask::r--']);
    for (const file of files.slice(1).filter((each) => each !== gone)) {
      assert.deepEqual(named(file), [], file);
      assert.deepEqual([(await stat(file)).mode & 0o777, await plainMode(file)], [0o640, 0o640], file);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
