import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { filesOf as imageFiles } from '../../src/core/disks/chain-files.ts';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import { withLayers } from '../../src/core/disks/layers.ts';
import type { VirtualHardDiskSettings } from '../../src/core/disks/virtual-hard-disk.ts';
import { createPathResolver } from '../../src/core/paths/resolver.ts';
import type { Guid } from '../../src/core/model.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import type { DiskLayer } from '../../src/vhd/layer.ts';
import { MergedSource } from '../../src/vhd/chain/merged-source.ts';
import { hashOf, plainDisk } from '../kit/differencing-disks.ts';
import { apply, create, currentFile, destroy, done, merged } from './checkpoint-kit.ts';
import { add, CALLER, diskDrive, first, image, makeWorld, refusal, scsiController, type World } from './kit.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const PIECE = 64 * 1024;

const child = (path: string, parentPath: string): VirtualHardDiskSettings => ({
  type: 'differencing',
  format: 'vhdx',
  path,
  parentPath,
  size: null,
  blockSize: 0,
  logicalSectorSize: 0,
  physicalSectorSize: 0,
  id: null,
});

interface Cloud {
  readonly world: World;
  readonly base: string;
  /** Of a machine each, as clients wrote them. */
  readonly leaves: readonly string[];
  readonly machines: readonly Guid[];
}

/** As clouds do it: one base with content, for each machine a child of it, made by the image service and attached as it is. */
const cloud = async (t: TestContext, count: number): Promise<Cloud> => {
  const world = await makeWorld(t);
  const folder = join(world.directory, 'disks');
  await mkdir(join(folder, '_base'), { recursive: true });
  const raw = join(world.directory, 'content.raw');
  await writeFile(raw, Buffer.alloc(4 * MIB, 0xba));
  const base = await plainDisk('vhdx', join(folder, '_base', 'image.vhdx'), raw);
  const leaves: string[] = [];
  const machines: Guid[] = [];
  for (let index = 0; index < count; index++) {
    const leaf = join(folder, `root${index}.vhdx`);
    done(await world.ended(await world.core.images.create(CALLER, child(leaf, base))));
    leaves.push(leaf);
    const { id } = await world.define({ values: { ElementName: `vm${index}`, UserSnapshotType: 5 } });
    const [controller] = await add(world, id, scsiController());
    const [drive] = await add(world, id, diskDrive(controller ?? assert.fail()));
    await add(world, id, image(drive ?? assert.fail(), leaf));
    machines.push(id);
  }
  return { world, base, leaves, machines };
};

/** What a guest writes: a piece of the overlay on top. */
const writePiece = async (overlay: string, piece: number, byte: number): Promise<void> => {
  const node = JSON.stringify({ driver: 'qcow2', file: { driver: 'file', filename: overlay }, backing: null });
  await run('qemu-io', ['-c', `write -q -P ${byte} ${piece * PIECE} ${PIECE}`, `json:${node}`]);
};

/** The byte that each of the first pieces of a disk begins with, as a guest reads them, through all that it lies over. */
const pieces = async (world: World, file: string, count: number): Promise<readonly number[]> => {
  const data = join(world.directory, 'data');
  const paths = createPathResolver({
    dataDirectory: data,
    stateDirectory: join(data, 'state'),
    roots: [join(world.directory, 'disks')],
  });
  const files = imageFiles(await createDiskFiles(paths).inspect(file, 'disk', 'read'));
  return withLayers(files, async (layers) => {
    const source = new MergedSource(layers as [DiskLayer, ...DiskLayer[]], async () => {});
    const bytes = Buffer.alloc(count * PIECE);
    await source.read(0, bytes);
    return Array.from({ length: count }, (_, piece) => bytes[piece * PIECE] ?? -1);
  });
};

describe('a differencing VHDX is the disk of a machine (K16: HostResource names the file that holds the data)', () => {
  test('it is attached as the client wrote it, machines over one base run at once, and what they use is kept from others', async (t) => {
    const { world, base, leaves, machines } = await cloud(t, 2);
    const before = await hashOf(base);
    for (const [index, id] of machines.entries()) {
      assert.equal(currentFile(world, id), leaves[index]);
      done(await world.request(id, 2));
    }
    for (const [index, id] of machines.entries()) assert.equal(currentFile(world, id), leaves[index]);
    const { images } = world.core;
    for (const file of [base, ...leaves]) assert.equal((await images.describe(file)).inUse, true, file);
    for (const work of [
      () => images.resize(CALLER, first(leaves), BigInt(8 * MIB)),
      () => images.compact(CALLER, first(leaves)),
      () => images.compact(CALLER, base),
    ])
      await assert.rejects(work(), refusal('inUse'));
    const other = await world.define({ values: { ElementName: 'other' } });
    const [controller] = await add(world, other.id, scsiController());
    const [drive] = await add(world, other.id, diskDrive(controller ?? assert.fail()));
    await add(world, other.id, image(drive ?? assert.fail(), first(leaves)));
    assert.equal((await world.request(other.id, 2)).state, 10, 'one machine at a time');
    for (const id of machines) done(await world.request(id, 3));
    assert.equal(await hashOf(base), before);
  });

  test('checkpoints lie over it, and go back into it, with the machine on and off', async (t) => {
    const { world, base, leaves, machines } = await cloud(t, 1);
    const [leaf, id] = [first(leaves), first(machines)];
    const before = await hashOf(base);
    const one = await create(world, id);
    await writePiece(currentFile(world, id), 0, 1);
    const two = await create(world, id);
    await writePiece(currentFile(world, id), 1, 2);
    assert.match(basename(currentFile(world, id)), /^root0_[0-9A-F-]{36}\.qcow2$/);
    assert.deepEqual(await pieces(world, currentFile(world, id), 3), [1, 2, 0xba]);
    assert.deepEqual((await inspectDisk(leaf)).hazards.length, 1);
    // Off: both overlays into the leaf.
    await destroy(world, one);
    await merged(world, id);
    await destroy(world, two);
    await merged(world, id);
    assert.equal(currentFile(world, id), leaf);
    assert.deepEqual(await pieces(world, leaf, 3), [1, 2, 0xba]);
    // On.
    done(await world.request(id, 2));
    const three = await create(world, id);
    await writePiece(currentFile(world, id), 2, 3);
    const dead = currentFile(world, id);
    assert.notEqual(dead, leaf);
    await destroy(world, three);
    await merged(world, id);
    assert.equal(currentFile(world, id), leaf);
    assert.deepEqual(await pieces(world, leaf, 3), [1, 2, 3]);
    done(await world.request(id, 3));
    assert.equal(await hashOf(base), before);
    assert.equal((await inspectDisk(leaf)).type, 'differencing');
  });

  test('a checkpoint is applied: what was written since is gone, and the leaf below it stayed', async (t) => {
    const { world, leaves, machines } = await cloud(t, 1);
    const [leaf, id] = [first(leaves), first(machines)];
    const snapshot = await create(world, id);
    const before = await hashOf(leaf);
    await writePiece(currentFile(world, id), 0, 9);
    await apply(world, snapshot);
    assert.deepEqual(await pieces(world, currentFile(world, id), 1), [0xba]);
    assert.equal(await hashOf(leaf), before);
    await destroy(world, snapshot);
    await merged(world, id);
    assert.equal(currentFile(world, id), leaf);
    done(await world.request(id, 2));
    done(await world.request(id, 3));
  });

  test('a base that was changed since is refused by the name of both', async (t) => {
    const { world, base, machines } = await cloud(t, 1);
    const raw = join(world.directory, 'other.raw');
    await writeFile(raw, Buffer.alloc(4 * MIB, 1));
    const other = await plainDisk('vhdx', join(world.directory, 'other.vhdx'), raw);
    await run('mv', [other, base]);
    const job = await world.request(first(machines), 2);
    assert.equal(job.state, 10);
    assert.match(job.errorDescription ?? '', /image\.vhdx is not the parent of root0\.vhdx as it was/);
  });
});
