import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { checkImage } from '../../src/qemu/images/check-image.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { serveChain } from '../../src/qemu/images/serve-chain.ts';
import { stopChainServer } from '../../src/qemu/supervise/chain-server.ts';
import { holdFiles } from '../../src/qemu/supervise/lock-files.ts';
import { DEFAULT_PROGRAMS } from '../../src/qemu/host-services.ts';
import { startStorageDaemon, stopStorageDaemon } from '../../src/qemu/supervise/storage-daemon.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { qemuImg, withDirectory } from '../vhd/fixtures.ts';
import { leaveInLog, markDirty } from '../vhd/log.ts';
import { fresh, ideDisk, machineSpec, notCancelled, SerialLine, TestHost } from './kit.ts';

/* VHDX as QEMU leaves them that is killed while it writes: with a log that was named and has nothing in it, or with entries in it. */

const run = promisify(execFile);
const KEPT = 'write -q -P 5 40M 64k';
const FILL = 'write -q -P 7 1M 64k';
const BOTH = ['-c', 'read -q -P 5 40M 64k', '-c', 'read -q -P 7 1M 64k'];
const WAS = ['-c', 'read -q -P 5 40M 64k', '-c', 'read -q -P 0 1M 64k'];

const make = async (directory: string): Promise<string> => {
  const file = join(directory, 'base.vhdx');
  await qemuImg('create', '-q', '-f', 'vhdx', '-o', 'block_size=1M', file, '64M');
  return file;
};

/** Killed after it had named its log. */
const unwritten = async (directory: string): Promise<string> => {
  const file = await make(directory);
  await run('qemu-io', ['-f', 'vhdx', '-c', KEPT, file]);
  await markDirty(file);
  return file;
};

/** Killed when the change of its block table was in the log, and not in its place. */
const written = async (directory: string): Promise<string> => {
  const file = await make(directory);
  await leaveInLog(file, () => run('qemu-io', ['-f', 'vhdx', '-c', KEPT, file]));
  return file;
};

const KINDS = { 'nothing in its log': unwritten, 'entries in its log': written } as const;

const directoriesOf = (directory: string) => ({ home: directory, logs: directory, sockets: directory });

/** An overlay without what lies below it. */
const alone = (file: string): string =>
  `json:${JSON.stringify({ driver: 'qcow2', backing: null, file: { driver: 'file', filename: file } })}`;

const readServed = async (socket: string, reads: readonly string[]): Promise<void> => {
  const image = { driver: 'nbd', export: 'disk', server: { type: 'unix', path: socket } };
  await run('qemu-io', [...reads, `json:${JSON.stringify(image)}`]);
};

test('QEMU itself writes into none that has nothing in its log, and reads none that has entries', () =>
  withDirectory(async (directory) => {
    await assert.rejects(run('qemu-io', ['-f', 'vhdx', '-c', FILL, await unwritten(directory)]));
    await assert.rejects(run('qemu-io', ['-r', '-f', 'vhdx', ...WAS, await written(directory)]));
  }));

for (const [name, leftBehind] of Object.entries(KINDS))
  describe(`a VHDX with ${name}`, () => {
    test('an overlay is merged into it', () =>
      withDirectory(async (directory) => {
        const base = await leftBehind(directory);
        const file = join(directory, 'overlay.qcow2');
        const below = { file: base, format: 'vhdx' } as const;
        await createImageTool().createOverlay(file, below);
        await run('qemu-io', ['-c', FILL, alone(file)]);
        const image = { file, format: 'qcow2', readOnly: false, backing: [below] } as const;
        await createImageTool().commit(image, () => undefined, notCancelled);
        await run('qemu-io', ['-r', '-f', 'vhdx', ...BOTH, base]);
      }));

    test('an overlay is merged into another one over it while somebody reads it', () =>
      withDirectory(async (directory) => {
        const base = await leftBehind(directory);
        const before = await readFile(base);
        const [lower, upper] = [join(directory, 'lower.qcow2'), join(directory, 'upper.qcow2')];
        const below = { file: base, format: 'vhdx' } as const;
        await createImageTool().createOverlay(lower, below);
        await createImageTool().createOverlay(upper, { file: lower, format: 'qcow2' });
        await run('qemu-io', ['-c', FILL, alone(upper)]);
        const backing = [{ file: lower, format: 'qcow2' }, below] as const;
        {
          await using _reader = await holdFiles([base], 'read');
          const image = { file: upper, format: 'qcow2', readOnly: false, backing } as const;
          await createImageTool().commit(image, () => undefined, notCancelled);
          assert.ok(before.equals(await readFile(base)));
        }
        await run('qemu-io', ['-r', '-c', 'read -q -P 7 1M 64k', alone(lower)]);
      }));

    test('what is served to a machine is written to; a file that somebody has open is left alone', () =>
      withDirectory(async (directory) => {
        const file = await leftBehind(directory);
        const serve = () =>
          startStorageDaemon(
            'disk',
            { driver: 'vhdx', file, readOnly: false },
            {
              directories: directoriesOf(directory),
              user: null,
              program: 'qemu-storage-daemon',
              endsWithService: true,
            },
          );
        {
          await using _held = await holdFiles([file], 'alone');
          await assert.rejects(serve(), /in use by another/);
        }
        const { source } = await serve();
        try {
          await readServed(source.socket, ['-c', FILL, '-c', 'flush']);
        } finally {
          await stopStorageDaemon('disk', directory);
        }
        await run('qemu-io', ['-r', '-f', 'vhdx', ...BOTH, file]);
      }));

    test('a daemon that writes gives way to one that reads, as for forks', () =>
      withDirectory(async (directory) => {
        const file = await leftBehind(directory);
        const { source } = await startStorageDaemon(
          'disk',
          { driver: 'vhdx', file, readOnly: true },
          { directories: directoriesOf(directory), user: null, program: 'qemu-storage-daemon', endsWithService: true },
        );
        try {
          await readServed(source.socket, ['-r', ...WAS]);
        } finally {
          await stopStorageDaemon('disk', directory);
        }
      }));

    test('whoever only reads it is served what its log says, and it stays as it is', () =>
      withDirectory(async (directory) => {
        const file = await leftBehind(directory);
        const before = await readFile(file);
        const image = { file, format: 'vhdx', readOnly: true } as const;
        const source = await serveChain('disk', await checkImage(image), {
          programs: DEFAULT_PROGRAMS,
          directories: directoriesOf(directory),
          endsWithService: true,
        });
        assert.ok(source.kind === 'nbd');
        try {
          await readServed(source.socket, ['-r', ...WAS]);
        } finally {
          await stopChainServer('disk', directory);
        }
        assert.ok(before.equals(await readFile(file)));
        assert.deepEqual(
          (await inspectDisk(file)).hazards.map(({ kind, fatal }) => [kind, fatal]),
          [['notClosed', false]],
        );
      }));
  });

test('a machine over one with entries in its log starts, is saved and restored, and merges into it', async () => {
  await using host = await TestHost.make();
  const hypervisor = await host.hypervisor();
  const raw = host.path('guest.raw');
  await copyFile(await nanoImage(), raw);
  await truncate(raw, 64 * 1024 * 1024);
  const base = host.path('base.vhdx');
  await qemuImg('convert', '-f', 'raw', '-O', 'vhdx', '-o', 'block_size=1M', raw, base);
  await leaveInLog(base, () => run('qemu-io', ['-f', 'vhdx', '-c', KEPT, base]));
  const before = await readFile(base);
  const top = host.path('top.qcow2');
  const below = { file: base, format: 'vhdx' } as const;
  await createImageTool().createOverlay(top, below);
  const image = { file: top, format: 'qcow2', readOnly: false, backing: [below] } as const;
  const spec = machineSpec(host, { disks: [ideDisk(top, { image })] });
  const started = host.keep(await hypervisor.start(spec, fresh));
  {
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    line.write('w');
    await line.expect(/WROTE 1/);
  }
  await started.save(host.path('state1'), () => undefined, notCancelled);
  assert.ok(before.equals(await readFile(base)));
  const machine = host.keep(await hypervisor.start(spec, { savedState: host.path('state1'), signal: notCancelled }));
  {
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    line.write('w');
    await line.expect(/WROTE 2/);
  }
  const request = { disk: 'ide0', top, base: below };
  const nothing = async (): Promise<void> => undefined;
  await machine.merge({ ...request, begun: nothing, switchOver: (change) => change() }, () => undefined, notCancelled);
  await machine.turnOff();
  await run('qemu-io', ['-r', '-f', 'vhdx', '-c', 'read -q -P 5 40M 64k', base]);
  await qemuImg('convert', '-f', 'vhdx', '-O', 'raw', base, host.path('out.raw'));
  assert.equal((await readFile(host.path('out.raw'))).readUInt32LE(256 * 512), 2);
});
