import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Job } from '../../../src/core/jobs/job.ts';
import { childDisk, hashOf, plainDisk } from '../../kit/differencing-disks.ts';
import { create, currentFile, destroy, done, filesIn, merged } from '../checkpoint-kit.ts';
import { add, CALLER, diskDrive, first, image, makeWorld, refusal, scsiController, type World } from '../kit.ts';

const MIB = 1024 * 1024;
const LARGER = BigInt(8 * MIB);

interface Chain {
  readonly world: World;
  readonly id: string;
  /** A VHDX, a differencing one over it, and the qcow2 file over that, which the machine has. */
  readonly files: readonly [base: string, child: string, over: string];
}

const machineOverChain = async (t: Parameters<typeof makeWorld>[0]): Promise<Chain> => {
  const world = await makeWorld(t);
  const inFolder = (name: string): string => join(world.directory, 'disks', name);
  const base = await plainDisk('vhdx', inFolder('base.vhdx'), await world.makeDisk('content.raw'), 4 * MIB);
  const child = await childDisk('vhdx', inFolder('child.vhdx'), base, [[0, Buffer.alloc(4096, 2)]]);
  const over = inFolder('over.qcow2');
  execFileSync('qemu-img', ['create', '-u', '-q', '-f', 'qcow2', '-b', child, '-F', 'vhdx', over, String(4 * MIB)]);
  return { world, id: await machineOn(world, over), files: [base, child, over] };
};

const machineOn = async (world: World, file: string): Promise<string> => {
  const { id } = await world.define({ values: { ElementName: 'vm', UserSnapshotType: 5 } });
  const drive = first(await add(world, id, diskDrive(first(await add(world, id, scsiController())))));
  await add(world, id, image(drive, file));
  return id;
};

/** qemu-io on one qcow2 file without what lies below it, which it cannot open; a pattern that is not there is an error. */
const alone = (filename: string, command: string): void => {
  const image = { driver: 'qcow2', file: { driver: 'file', filename }, backing: null };
  const said = execFileSync('qemu-io', ['-c', command, `json:${JSON.stringify(image)}`], { encoding: 'utf8' });
  assert.doesNotMatch(said, /verification failed/);
};

describe('files that a machine needs as they are, and the image service', () => {
  const works: Readonly<Record<string, (chain: Chain) => Promise<Job>>> = {
    'the file below the checkpoint is merged into its parent': ({ world, files: [base, child] }) =>
      world.core.images.merge(CALLER, child, base),
    'the file below the checkpoint is resized': ({ world, files: [, child] }) =>
      world.core.images.resize(CALLER, child, LARGER),
    'the parent of that file is resized': ({ world, files: [base] }) => world.core.images.resize(CALLER, base, LARGER),
  };
  for (const [name, ask] of Object.entries(works))
    test(`${name}: refused, and nothing changes`, async (t) => {
      const chain = await machineOverChain(t);
      const { world, id, files } = chain;
      await create(world, id);
      const before = [await filesIn(world), await Promise.all(files.map(hashOf))];
      await assert.rejects(ask(chain), refusal('invalidState', /^Checkpoints of 'vm' lie over .* Delete them before/));
      assert.deepEqual([await filesIn(world), await Promise.all(files.map(hashOf))], before);
      done(await world.request(id, 2));
    });

  test('without the checkpoint it is done, as on a Hyper-V host; what was written since is merged into the file below', async (t) => {
    const { world, id, files } = await machineOverChain(t);
    const [, child, over] = files;
    const snapshot = await create(world, id);
    alone(currentFile(world, id), 'write -P 7 1M 64k');
    await destroy(world, snapshot);
    await merged(world, id);
    assert.equal(currentFile(world, id), over);
    alone(over, 'read -P 7 1M 64k');
    done(await world.ended(await world.core.images.resize(CALLER, child, LARGER)));
  });

  test('a checkpoint that is taken before the work begins: the work fails, and the disk is whole', async (t) => {
    const { world, id, files } = await machineOverChain(t);
    const taken = create(world, id);
    const job = await world.core.images.resize(CALLER, files[1], LARGER).catch(() => null);
    await taken;
    if (job !== null) await world.ended(job);
    done(await world.request(id, 2));
  });

  test('the disk of a saved machine keeps its size until that goes on or its state is deleted', async (t) => {
    const world = await makeWorld(t);
    const file = await plainDisk('vhdx', join(world.directory, 'disks', 'a.vhdx'), await world.makeDisk(), 4 * MIB);
    const id = await machineOn(world, file);
    done(await world.request(id, 2));
    done(await world.request(id, 6));
    await assert.rejects(
      world.core.images.resize(CALLER, file, LARGER),
      refusal('invalidState', /is a disk of 'vm', which is saved\. Start that virtual machine, or delete/),
    );
    done(await world.request(id, 3));
    done(await world.ended(await world.core.images.resize(CALLER, file, LARGER)));
  });
});
