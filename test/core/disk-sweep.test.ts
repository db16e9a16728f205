import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import { createPathResolver, type PathResolver } from '../../src/core/paths/resolver.ts';
import { childDisk, plainDisk } from '../kit/differencing-disks.ts';
import { qemuImg } from '../vhd/fixtures.ts';
import { refusal } from './kit.ts';

const BYTES = 1024 * 1024;

const folderFor = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-sweep-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'state'));
  return folder;
};

/** A resolver that counts how often a path is looked up: each look into a file begins with that. */
const counting = (folder: string): { readonly paths: PathResolver; count(): number } => {
  const paths = createPathResolver({
    dataDirectory: folder,
    stateDirectory: join(folder, 'state'),
    roots: [folder],
  });
  let count = 0;
  const counted = Object.create(paths, {
    resolve: {
      value: (...given: Parameters<PathResolver['resolve']>) => {
        count += 1;
        return paths.resolve(...given);
      },
    },
  }) as PathResolver;
  return { paths: counted, count: () => count };
};

const chainOf = async (folder: string, kind: 'vhdx' | 'vhd' | 'qcow2', length: number): Promise<readonly string[]> => {
  const raw = join(folder, 'content.img');
  await writeFile(raw, Buffer.alloc(BYTES, 1));
  const files = [join(folder, `layer0.${kind === 'qcow2' ? 'vhdx' : kind}`)];
  await plainDisk(kind === 'vhd' ? 'vhd' : 'vhdx', files[0] ?? '', raw);
  for (let n = 1; n < length; n++) {
    const below = files.at(-1) ?? '';
    const file = join(folder, `layer${n}.${kind === 'qcow2' ? 'qcow2' : `a${kind}`}`);
    if (kind === 'qcow2')
      await qemuImg('create', '-q', '-f', 'qcow2', '-b', below, '-F', below.endsWith('vhdx') ? 'vhdx' : 'qcow2', file);
    else await childDisk(kind, file, below, []);
    files.push(file);
  }
  return files;
};

describe('disks that lie over each other, inspected in one sweep', () => {
  for (const kind of ['vhdx', 'vhd', 'qcow2'] as const)
    test(`${kind}: what is found is the same as one by one, with looks in the length of the chain`, async (t) => {
      const looks: number[] = [];
      for (const length of [6, 12]) {
        const folder = await folderFor(t);
        const files = await chainOf(folder, kind, length);
        const { paths, count } = counting(folder);
        const disks = createDiskFiles(paths);
        const alone = await Promise.all(files.map((file) => disks.inspect(file, 'disk', 'read')));
        for (const order of [files, files.toReversed()]) {
          const before = count();
          const sweep = disks.sweep();
          const found = new Map<string, unknown>();
          for (const file of order) found.set(file, await sweep.inspect(file, 'disk', 'read'));
          looks.push(count() - before);
          assert.deepEqual(
            files.map((file) => found.get(file)),
            alone,
          );
        }
      }
      const [shortUp = 0, shortDown = 0, longUp = 0, longDown = 0] = looks;
      assert.ok(longUp <= shortUp * 2.2, `${shortUp}, then ${longUp}`);
      assert.ok(longDown <= shortDown * 2.2, `${shortDown}, then ${longDown}`);
    });

  test('a parent that is missing is told of each of them', async (t) => {
    const folder = await folderFor(t);
    const [base = '', first = '', second = ''] = await chainOf(folder, 'vhdx', 3);
    await rm(base);
    const sweep = createDiskFiles(counting(folder).paths).sweep();
    for (const file of [first, second])
      await assert.rejects(() => sweep.inspect(file, 'disk', 'read'), refusal('failed', /layer0\.vhdx/));
  });

  test('a chain that is too long is refused, though what lies below is known', async (t) => {
    const folder = await folderFor(t);
    const files = await chainOf(folder, 'vhdx', 66);
    const sweep = createDiskFiles(counting(folder).paths).sweep();
    for (const file of files.slice(0, 64)) await sweep.inspect(file, 'disk', 'read');
    await assert.rejects(() => sweep.inspect(files[64] ?? '', 'disk', 'read'), refusal('failed', /more than 64 files/));
  });
});
