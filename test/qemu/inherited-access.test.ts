import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { InheritedAccess } from '../../src/qemu/images/inherited-access.ts';
import { plainMode, takeAccess } from '../../src/qemu/supervise/access.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, notCancelled, TestHost } from './kit.ts';

/** Nobody of this host. */
const user = { name: 'nobody-here', uid: 54_321, gid: 54_321, kvmGid: null };
const MIB = 1024 * 1024;

const acl = (file: string): readonly string[] =>
  execFileSync('getfacl', ['-pcn', '--', file], { encoding: 'utf8' }).trim().split('\n');

const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

/** A tool with its folders, and what lies in these. */
const opened = async (
  directory: string,
): Promise<{ readonly tool: ReturnType<typeof createImageTool>; readonly left: () => Promise<readonly string[]> }> => {
  const folders = join(directory, 'state');
  const inherited = new InheritedAccess();
  await inherited.open(folders, user);
  const left = async (): Promise<readonly string[]> =>
    (await readdir(folders, { recursive: true, withFileTypes: true })).flatMap((one) =>
      one.isFile() ? [one.name] : [],
    );
  return { tool: createImageTool(undefined, undefined, undefined, inherited), left };
};

describe('overlays of running machines come with access for the user of QEMU', () => {
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-inherit-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const below = async (mode: number): Promise<{ readonly file: string; readonly format: 'raw' }> => {
    const file = join(directory, `disk-${mode.toString(8)}`);
    await writeFile(file, Buffer.alloc(MIB));
    await chmod(file, mode);
    return { file, format: 'raw' };
  };

  for (const mode of [0o600, 0o640, 0o660, 0o644, 0o664, 0o666, 0o440])
    test(`over an image of mode ${mode.toString(8)}: one entry, and nobody else gets more`, async () => {
      const { tool, left } = await opened(directory);
      const base = await below(mode);
      const overlay = join(directory, `over-${mode.toString(8)}.qcow2`);
      const plain = (mode & 0o666) | 0o600;
      await tool.createOverlay(overlay, base, { running: true });
      assert.deepEqual(
        acl(overlay).filter((entry) => !entry.startsWith('other')),
        ['user::rw-', `user:${user.uid}:rw-`, `group::${groupWord(plain)}`, 'mask::rw-'],
      );
      assert.equal(await plainMode(overlay), plain);
      assert.deepEqual(await left(), []);
      // One over it is as the first image, not as the mask.
      const second = join(directory, `second-${mode.toString(8)}.qcow2`);
      await tool.createOverlay(second, { file: overlay, format: 'qcow2' });
      assert.deepEqual([await modeOf(second), acl(second).length], [plain, 3]);
      await takeAccess(user, [overlay]);
      assert.deepEqual([await modeOf(overlay), acl(overlay).length], [plain, 3]);
    });

  test('of a machine that is off, over a mode that groups do not have, on another file system: as ever', async () => {
    const { tool, left } = await opened(directory);
    const odd = await below(0o620);
    const off = join(directory, 'off.qcow2');
    await tool.createOverlay(off, odd);
    const strange = join(directory, 'strange.qcow2');
    await tool.createOverlay(strange, odd, { running: true });
    for (const file of [off, strange]) assert.deepEqual([await modeOf(file), acl(file).length], [0o620, 3]);
    const elsewhere = await mkdtemp('/dev/shm/vsms-inherit-');
    try {
      const overlay = join(elsewhere, 'over.qcow2');
      await tool.createOverlay(overlay, odd, { running: true });
      assert.deepEqual([await modeOf(overlay), acl(overlay).length], [0o620, 3]);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
    assert.deepEqual(await left(), []);
  });

  test('a folder that has lost its entry opens nothing to a group, whatever the umask', async () => {
    const { tool, left } = await opened(directory);
    const base = await below(0o600);
    execFileSync('setfacl', ['-R', '-k', join(directory, 'state')]);
    const overlay = join(directory, 'lost.qcow2');
    const umask = process.umask(0);
    try {
      await tool.createOverlay(overlay, base, { running: true });
    } finally {
      process.umask(umask);
    }
    assert.deepEqual([await modeOf(overlay), acl(overlay).length], [0o600, 3]);
    assert.deepEqual(await left(), []);
  });

  test('what a service left there is gone with the next start; a file of that name that is there is replaced', async () => {
    await mkdir(join(directory, 'state', 'group-none'), { recursive: true });
    await writeFile(join(directory, 'state', 'group-none', 'over.qcow2'), 'half');
    const { tool, left } = await opened(directory);
    assert.deepEqual(await left(), []);
    const overlay = join(directory, 'over.qcow2');
    await writeFile(overlay, 'something else');
    await tool.createOverlay(overlay, await below(0o600), { running: true });
    assert.equal((await stat(overlay)).size, 4 * 65_536);
    // Another writes to it at the moment: made where it is to be.
    await writeFile(join(directory, 'state', 'group-none', 'over.qcow2'), 'half');
    await tool.createOverlay(overlay, await below(0o600), { running: true });
    assert.equal((await stat(overlay)).size, 4 * 65_536);
  });
});

const groupWord = (mode: number): string => `${mode & 0o040 ? 'r' : '-'}${mode & 0o020 ? 'w' : '-'}-`;

test('QEMU opens such an overlay without a process, one without an entry after it, and both lose it with the machine', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root has another user for QEMU');
  await using host = await TestHost.make();
  const inheritedAccess = new InheritedAccess();
  const hypervisor = await host.hypervisor('auto', { inheritedAccess });
  const file = host.path('base');
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'raw', await nanoImage(), file]);
  await chmod(file, 0o600);
  const tool = createImageTool(undefined, undefined, undefined, inheritedAccess);
  const spec = machineSpec(host, { disks: [ideDisk(file)] });
  const machine = host.keep(await hypervisor.start(spec, fresh));
  let under = { file, format: 'raw' as 'raw' | 'qcow2' };
  const made: string[] = [];
  for (const running of [true, false]) {
    const overlay = host.path(`running-${running}.qcow2`);
    await tool.createOverlay(overlay, under, { running });
    assert.equal(acl(overlay).length, running ? 5 : 3);
    await machine.checkpoint(
      {
        overlays: [{ disk: 'ide0', image: { file: overlay, format: 'qcow2', readOnly: false, backing: [under] } }],
        memory: host.path(`memory-${running}`),
        freeze: false,
        atMoment: async () => undefined,
      },
      () => undefined,
      notCancelled,
    );
    assert.equal([...(await machine.tops()).values()][0], overlay);
    assert.equal(acl(overlay).length, 5);
    made.push(overlay);
    under = { file: overlay, format: 'qcow2' };
  }
  await machine.turnOff();
  for (const overlay of made) assert.deepEqual([await modeOf(overlay), acl(overlay).length], [0o600, 3]);
});
