import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { changeWord, guestInfo, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

const run = promisify(execFile);
const RUNNING = 2;
const OFF = 3;
/** Most that a machine has (spec snapshots §2). */
const DEPTH = 50;
const DISKS_ONLY = 3;

test('a chain of fifty below a running guest: checkpoints from its middle go, and each that stays keeps its data', async () => {
  await using host = await WireHost.open('qemu');
  const snapshots = new WireSnapshots(host);
  const id = await host.nano('vm', 'qcow2');
  await host.standardCheckpoints(id);
  await host.change(id, RUNNING);
  const pathOf = async (instanceId: string): Promise<string> => {
    const [file = ''] = await snapshots.files(instanceId);
    return join(host.service.dataDirectory, 'drives/c/vm', file.split('\\').at(-1) ?? '');
  };
  const wordOn = async (instanceId: string): Promise<number> => {
    const { stdout } = await run('qemu-io', ['-U', '-r', '-c', `read -v ${256 * 512} 4`, await pathOf(instanceId)]);
    const bytes = /^[0-9a-f]+:\s+((?:[0-9a-f]{2} ){4})/m.exec(stdout)?.[1]?.trim().split(' ') ?? [];
    return bytes.reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
  };
  const depth = async (): Promise<number> => {
    const file = await pathOf(`Microsoft:${id}`);
    const { stdout } = await run('qemu-img', ['info', '-U', '--backing-chain', '--output=json', file]);
    return (JSON.parse(stdout) as readonly unknown[]).length;
  };
  const word = async (): Promise<number> => {
    using line = await host.serial('vm');
    return (await guestInfo(line)).word;
  };

  const nodes = new Map<string, number>();
  for (let level = 0; level < DEPTH; level++) {
    using line = await host.serial('vm');
    await guestInfo(line);
    const written = await changeWord(line);
    nodes.set(await snapshots.take(id, '', DISKS_ONLY), written);
  }
  const last = await word();
  assert.equal(await depth(), DEPTH + 1);
  const refused = await snapshots.invoke('CreateSnapshot', {
    AffectedSystem: host.system(id),
    SnapshotSettings: '',
    SnapshotType: DISKS_ONLY,
  });
  assert.equal(refused.returnValue, 32768, 'the fifty-first');

  // The lowest, some from the middle, neighbours among them, and the highest.
  const chosen = new Set([0, 7, 20, 21, 22, 23, 24, 33, 41, 49]);
  for (const [level, snapshot] of [...nodes.keys()].entries())
    if (chosen.has(level)) {
      await snapshots.destroy(snapshot);
      nodes.delete(snapshot);
    }
  await snapshots.merged(id);
  assert.equal(await depth(), DEPTH + 1 - chosen.size);
  assert.equal(await word(), last, 'the guest goes on');
  for (const [snapshot, written] of nodes) assert.equal(await wordOn(snapshot), written);
  assert.deepEqual((await snapshots.list(id)).toSorted(), [...nodes.keys()].toSorted());

  // From the middle of what is left, with the rest above it gone.
  const [middle = '', written = 0] = [...nodes][15] ?? [];
  await host.change(id, OFF);
  await snapshots.apply(middle);
  await snapshots.destroyTree([...nodes.keys()][16] ?? '');
  await snapshots.merged(id);
  assert.equal(await wordOn(`Microsoft:${id}`), written);
  assert.equal(await depth(), 17);
  assert.equal((await snapshots.list(id)).length, 16);
  await host.machines.delete(id);
  const { stdout } = await run('qemu-img', [
    'info',
    '--backing-chain',
    '--output=json',
    join(host.service.dataDirectory, 'drives/c/vm/vm.qcow2'),
  ]);
  assert.equal((JSON.parse(stdout) as readonly unknown[]).length, 1);
});
