import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { showProgress } from '../../src/cli/print/progress.ts';
import { Service } from '../kit/service.ts';
import { local, type Outcome, vsms } from './kit.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const MIB = 1024 * 1024;

describe('vsms export', () => {
  let service: Service;
  let exports = '';
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    exports = join(service.dataDirectory, 'exports');
    const disks = join(service.dataDirectory, 'disks');
    await mkdir(disks, { recursive: true });
    await writeFile(join(disks, 'small.raw'), Buffer.alloc(2 * MIB, 1));
    await writeFile(join(disks, 'large.raw'), randomBytes(64 * MIB));
    await truncate(join(disks, 'large.raw'), 256 * MIB);
    for (const name of ['small', 'large'])
      await ok('vm', 'create', name, '--disk', join(disks, `${name}.raw`), '--memory', '64');
  });
  after(() => service[Symbol.asyncDispose]());

  const cli = (...args: readonly string[]): Promise<Outcome> => vsms(local(service), ...args);
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  /** What it says when it is interrupted at its first tenth or later. */
  const interrupted = async (...args: readonly string[]): Promise<string> => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, VSMS_CONFIG: '/nonexistent/vsms.toml', ...local(service) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (/ [1-9]0 %/.test(said) && !child.killed) child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 130, said);
    return said;
  };
  const fails = async (code: number, pattern: RegExp, ...args: readonly string[]): Promise<void> => {
    const outcome = await cli(...args);
    assert.equal(outcome.code, code, `${args.join(' ')}: ${outcome.stdout}${outcome.stderr}`);
    assert.match(outcome.stderr, pattern);
    assert.doesNotMatch(outcome.stderr, /\n +at /, 'a text, not a stack');
  };

  test('writes a folder of the name of the machine, which inspect reads; progress is lines in a pipe', async () => {
    const { code, stdout, stderr } = await cli('export', 'small', exports);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `small is exported to ${exports}\n`);
    assert.match(stderr, /^(Exporting small \d+0 %\n)+$/);
    const folder = join(exports, 'small', 'Virtual Machines');
    const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('.vmcx'));
    assert.match(await ok('inspect', join(folder, file)), /small[\s\S]*Virtual Hard Disks\\small\.vhdx/);
    assert.match(await ok('inspect', join(exports, 'small/Virtual Hard Disks/small.vhdx')), /dynamic/);
  });

  test('every option', async () => {
    const folder = join(exports, 'options');
    const json = await ok('export', 'small', folder, '--no-disks', '--no-state', '--no-subdirectory', '-o', 'json');
    const { id, name, directory } = JSON.parse(json) as { id: string; name: string; directory: string };
    assert.deepEqual([name, directory], ['small', folder]);
    assert.deepEqual(await readdir(folder), ['Virtual Machines']);
    assert.deepEqual(await readdir(join(folder, 'Virtual Machines')), [`${id}.vmcx`]);
    await ok('export', 'small', join(exports, 'none'), '--checkpoints', 'none');
  });

  test('one checkpoint, by its name', async () => {
    const machine = `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${await idOf('small')}"`;
    await ok(
      ...['cim', 'invoke', 'Msvm_VirtualSystemSnapshotService', 'CreateSnapshot'],
      ...['--arg', `AffectedSystem=${machine}`, '--arg', 'SnapshotType=2'],
    );
    const rows = await ok(
      'wql',
      'SELECT ElementName FROM Msvm_VirtualSystemSettingData WHERE ElementName LIKE "small - %"',
    );
    const name = /^ElementName: (small - .*)$/m.exec(rows)?.[1] ?? assert.fail(rows);
    const folder = join(exports, 'checkpoint');
    await ok('export', 'small', folder, '--checkpoint', name);
    assert.deepEqual((await readdir(join(folder, 'small'))).includes('Snapshots'), false);
    await fails(3, /no checkpoint "other"/, 'export', 'small', folder, '--checkpoint', 'other');
  });

  const idOf = async (name: string): Promise<string> =>
    (JSON.parse(await ok('vm', 'show', name, '-o', 'json')) as [{ id: string }])[0].id;

  test('what is wrong is told with the exit code of its kind', async () => {
    await fails(3, /no virtual machine "other"/, 'export', 'other', exports);
    await fails(2, /outside of the folders/, 'export', 'small', '/etc/exports');
    await fails(2, /--checkpoints is all or none/, 'export', 'small', exports, '--checkpoints', 'some');
    await ok('export', 'small', join(exports, 'twice'));
    await fails(1, /exists already[\s\S]*0x80070050/, 'export', 'small', join(exports, 'twice'));
    await ok('vm', 'start', 'small');
    await fails(2, /--live is memory, disks or application/, 'export', 'small', exports, '--live', 'most');
    await ok('export', 'small', join(exports, 'running'), '--live', 'disks');
    await ok('vm', 'stop', 'small');
    const elsewhere = ['--host', 'https://elsewhere.example:5986'];
    await fails(2, /relative, and the service is on another host/, 'export', 'small', 'exports', ...elsewhere);
  });

  test('export_disks: files stay what they are', async () => {
    service.reconfigure({ VSMS_EXPORT_DISKS: 'as_is' });
    await service.stop();
    await service.run();
    const folder = join(exports, 'as-is');
    await ok('export', 'large', folder);
    assert.deepEqual(await readdir(join(folder, 'large/Virtual Hard Disks')), ['large.raw']);
  });

  test('an interrupt cancels it, and nothing is left', async () => {
    const folder = join(exports, 'interrupted');
    // Large enough that a fast disk does not have it copied before the client hears of the first tenth.
    const disk = join(service.dataDirectory, 'disks', 'huge.raw');
    const piece = randomBytes(64 * MIB);
    for (let count = 0; count < 16; count += 1) await writeFile(disk, piece, { flag: 'a' });
    await ok('vm', 'create', 'huge', '--disk', disk, '--memory', '64');
    const said = await interrupted('export', 'huge', folder);
    assert.match(said, /vsms: cancelled\.\n$/);
    assert.deepEqual((await readdir(exports)).includes('interrupted'), false);
  });

  test('an interrupt of the copy that a new machine begins with leaves neither, and says nothing else', async () => {
    const image = join(service.dataDirectory, 'disks', 'huge.raw');
    const said = await interrupted('vm', 'create', 'half', '--image', image, '--size', '2G');
    assert.match(said, /^(?:Copying [^\n]* %\n)+vsms: cancelled\.\n$/);
    assert.equal(existsSync(join(service.dataDirectory, 'disks', 'half.vhdx')), false);
    await fails(3, /There is no virtual machine "half"/, 'vm', 'show', 'half');
  });
});

test('progress on a terminal is one line that is drawn again, and is gone at the end', () => {
  let drawn = '';
  const progress = showProgress('Copying', { isTTY: true, write: (text) => (drawn += text) });
  for (const percent of [0, 0, 33, 33.4, 100, Number.NaN]) progress.show(percent);
  assert.equal(drawn.split('\r').length - 1, 4);
  assert.match(drawn, /\rCopying \[#{10}\.{20}\] {2}33 %/);
  assert.ok(!drawn.includes('\n'));
  progress.end();
  assert.match(drawn, /\r +\r$/);
});
