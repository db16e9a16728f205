import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { startStorageDaemon, stopStorageDaemon } from '../../src/qemu/supervise/storage-daemon.ts';
import { holdFiles } from '../../src/qemu/supervise/lock-files.ts';
import { qemuImg, withDirectory } from '../vhd/fixtures.ts';
import { markDirty } from '../vhd/log.ts';
import { notCancelled } from './kit.ts';

/*
 * A VHDX as QEMU leaves it that is killed between the name of its log and the first entry: QEMU opens it, and refuses each write
 * that needs a new block.
 */

const run = promisify(execFile);
const FILL = 'write -q -P 7 1M 64k';
const FILLED = 'read -q -P 7 1M 64k';

const leftBehind = async (directory: string): Promise<string> => {
  const file = join(directory, 'base.vhdx');
  await qemuImg('create', '-q', '-f', 'vhdx', file, '64M');
  await markDirty(file);
  return file;
};

test('QEMU itself refuses to write into it', () =>
  withDirectory(async (directory) => {
    await assert.rejects(run('qemu-io', ['-f', 'vhdx', '-c', FILL, await leftBehind(directory)]));
  }));

test('an overlay is merged into it', () =>
  withDirectory(async (directory) => {
    const base = await leftBehind(directory);
    const file = join(directory, 'overlay.qcow2');
    const below = { file: base, format: 'vhdx' } as const;
    await createImageTool().createOverlay(file, below);
    await run('qemu-io', ['-f', 'qcow2', '-c', FILL, file]);
    const image = { file, format: 'qcow2', readOnly: false, backing: [below] } as const;
    await createImageTool().commit(image, () => undefined, notCancelled);
    await run('qemu-io', ['-r', '-f', 'vhdx', '-c', FILLED, base]);
  }));

test('what is served to a machine is written to; a file that somebody has open is left alone', () =>
  withDirectory(async (directory) => {
    const file = await leftBehind(directory);
    const directories = { home: directory, logs: directory, sockets: directory };
    const serve = () =>
      startStorageDaemon(
        'disk',
        { driver: 'vhdx', file, readOnly: false },
        { directories, user: null, program: 'qemu-storage-daemon', endsWithService: true },
      );
    {
      await using _held = await holdFiles([file], 'alone');
      await assert.rejects(serve(), /in use by another/);
    }
    const { source } = await serve();
    try {
      const image = { driver: 'nbd', export: 'disk', server: { type: 'unix', path: source.socket } };
      await run('qemu-io', ['-c', FILL, '-c', 'flush', `json:${JSON.stringify(image)}`]);
    } finally {
      await stopStorageDaemon('disk', directory);
    }
    await run('qemu-io', ['-r', '-f', 'vhdx', '-c', FILLED, file]);
  }));
