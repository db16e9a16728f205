import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { textOf } from '../../src/client/object.ts';
import type { MachineProcess } from '../../src/core/model.ts';
import { diskNode } from '../../src/qemu/command-line/ids.ts';
import { createImageTool, type ToolBounds } from '../../src/qemu/images/image-tool.ts';
import { CHAIN_SERVER, startChainServer } from '../../src/qemu/supervise/chain-server.ts';
import { copyBounds, copyTimeMs, HELPERS } from '../../src/qemu/supervise/confinement.ts';
import { processOfPidFile } from '../../src/qemu/supervise/pid-file.ts';
import { killProcess } from '../../src/qemu/supervise/process-identity.ts';
import { startStorageDaemon } from '../../src/qemu/supervise/storage-daemon.ts';
import { startTpm } from '../../src/qemu/supervise/tpm.ts';
import { childDisk } from '../kit/differencing-disks.ts';
import { WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

/*
 * Hardening 14: what works for the service on what others made is bounded by the kernel, has no network and no right that
 * its work does not need; one that is killed is a job that fails, not a service that does.
 */

const run = promisify(execFile);
const GIB = 1024 ** 3;

/** Hard limits of a process by name, as /proc tells them. */
const limitsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .slice(1)
      .map((line) => [line.slice(0, 26).trim(), line.slice(47, 68).trim()]),
  );

/** May a process make a network of its own here? Where even that is refused, helpers see that of the service. */
const isolated = await run('unshare', [
  ...(process.getuid?.() === 0 ? [] : ['--user']),
  '--net',
  '--mount',
  'true',
]).then(
  () => true,
  () => false,
);

const requireNoRights = (status: string): void => {
  const fields = Object.fromEntries(status.split('\n').map((line) => line.split(':\t')));
  // dac_override is bit 1: root's helper works on files of any owner.
  const most = process.getuid?.() === 0 ? 0x2n : 0n;
  assert.equal(BigInt(`0x${fields['CapEff']}`) & ~most, 0n, 'rights');
  if (process.getuid?.() === 0) assert.equal(BigInt(`0x${fields['CapBnd']}`) & ~most, 0n, 'rights to be had');
  assert.equal(fields['NoNewPrivs'], '1');
  assert.equal(fields['Seccomp'], '2', 'a filter of system calls');
};

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vsms-helpers-'));
});
after(() => rm(directory, { recursive: true, force: true }));

/** A program in the place of qemu-img. It can start no other one. */
const program = async (name: string, script: string): Promise<string> => {
  const file = join(directory, name);
  await writeFile(file, `#!/usr/bin/perl\nuse strict;\n${script}\n`, { mode: 0o755 });
  return file;
};

const base = async (): Promise<{ readonly file: string; readonly format: 'qcow2' }> => {
  const file = join(directory, 'base.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', file, '8T']);
  return { file, format: 'qcow2' };
};

describe('14: qemu-img', () => {
  test('has bounds, no network and no rights', async () => {
    const seen = join(directory, 'seen');
    await mkdir(seen);
    const tool = createImageTool(
      await program(
        'looks',
        `for my $name ('limits', 'status', 'net/dev') {
           open my $from, '<', "/proc/self/$name" or die; open my $to, '>', "${seen}/" . $name =~ s{.*/}{}r or die;
           print {$to} <$from>;
         }
         open my $to, '>', '${seen}/net' or die; print $to readlink('/proc/self/ns/net'), "\\n";
         open my $words, '>', '${seen}/words' or die; print $words join "\\n", @ARGV;`,
      ),
    );
    const top = join(directory, 'top.qcow2');
    await tool.createOverlay(top, await base());
    await tool.rebase(top, await base());
    assert.match(await readFile(join(seen, 'words'), 'utf8'), /^rebase\n/);
    const limits = limitsOf(await readFile(join(seen, 'limits'), 'utf8'));
    assert.equal(limits['Max cpu time'], '35', 'the signal that kills follows the one that tells');
    assert.equal(limits['Max address space'], String(GIB));
    assert.equal(limits['Max core file size'], '0');
    assert.equal(limits['Max open files'], '64');
    requireNoRights(await readFile(join(seen, 'status'), 'utf8'));
    if (isolated) {
      assert.notEqual((await readFile(join(seen, 'net'), 'utf8')).trim(), await readlink('/proc/self/ns/net'));
      const devices = (await readFile(join(seen, 'dev'), 'utf8')).split('\n').filter((line) => line.includes(':'));
      assert.deepEqual(
        devices.map((line) => line.split(':')[0]?.trim()),
        ['lo'],
      );
    }
  });

  const cases: readonly (readonly [what: string, script: string, told: RegExp])[] = [
    ['that takes processor time', 'while (1) {}', /took more processor time/],
    ['that hangs', 'sleep 1000', /did not come to an end in the time/],
    ['that is killed', 'kill "KILL", $$;', /ended by SIGKILL/],
    ['that takes memory', 'my $x = "a" x (3 << 30);', /could not work on a disk/],
    ['that asks for a network', 'socket(my $s, 2, 1, 0);', /asked for what no work on a disk needs/],
    ['that starts a program', 'exec "/bin/true";', /asked for what no work on a disk needs/],
    ['that forks', 'fork;', /asked for what no work on a disk needs/],
    ['that kills the service', 'kill "KILL", getppid;', /asked for what no work on a disk needs/],
  ];
  for (const [what, script, told] of cases) {
    test(`${what} is stopped; its work fails with the cause and leaves the disk as it was`, async () => {
      const bounds: ToolBounds = {
        bounds: { ...HELPERS.header, cpuSeconds: 1 },
        timeMs: what === 'that hangs' ? 300 : 60_000,
      };
      const tool = createImageTool(await program('misbehaves', script), undefined, bounds);
      const file = join(directory, 'kept.qcow2');
      await tool.createOverlay(file, await base());
      const before = await readFile(file);
      await assert.rejects(tool.rebase(file, await base()), { name: 'DomainError', message: told });
      assert.ok(before.equals(await readFile(file)));
    });
  }

  test('merges at the end of the longest chain of large disks, within its bounds', async () => {
    // Each image of 8 TiB maps 90 MiB, though next to nothing of it is used.
    const tool = createImageTool();
    const folder = join(directory, 'chain');
    await mkdir(folder);
    const file = (n: number): string => join(folder, `${n}.qcow2`);
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', file(0), '8T']);
    for (let n = 1; n <= 51; n++) {
      const backing = ['-u', '-b', `./${n - 1}.qcow2`, '-F', 'qcow2'];
      await run('qemu-img', ['create', '-q', '-f', 'qcow2', ...backing, file(n), '8T']);
    }
    await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 5T 1M', file(51)]);
    const backing = [{ file: file(50), format: 'qcow2' as const }];
    const image = { file: file(51), format: 'qcow2' as const, readOnly: false, backing };
    await tool.commit(image, () => undefined, new AbortController().signal);
    const { stdout } = await run('qemu-img', ['map', '-f', 'qcow2', '--output=json', file(50)], { maxBuffer: 1 << 24 });
    const data = (JSON.parse(stdout) as { start: number; data: boolean; depth: number }[]).filter((at) => at.data);
    assert.deepEqual(
      data.map(({ start, depth }) => [start, depth]),
      [[5 * 1024 * GIB, 0]],
    );
  });

  test('is given more for larger work, and never no bound', () => {
    const small = { stored: 0, virtual: GIB };
    const large = { stored: 60_000 * GIB, virtual: 64 * 1024 * GIB };
    for (const size of [small, large]) {
      const { cpuSeconds } = copyBounds(size);
      assert.ok(cpuSeconds !== null && cpuSeconds >= 60 && Number.isSafeInteger(cpuSeconds));
      // Longer ones end at once in Node.
      assert.ok(copyTimeMs(size) >= 3_600_000 && copyTimeMs(size) < 2 ** 31);
    }
    assert.ok(Number(copyBounds(large).cpuSeconds) > Number(copyBounds(small).cpuSeconds));
  });
});

test('14: what serves the disks and the TPM of a machine is bounded too', async () => {
  const home = join(directory, 'machine');
  const tpm = join(directory, 'tpm-state');
  await mkdir(home);
  await mkdir(tpm);
  const directories = { home, logs: home, sockets: home };
  const plain = join(directory, 'plain.vhdx');
  await run('qemu-img', ['create', '-q', '-f', 'vhdx', '-o', 'subformat=dynamic', plain, '64T']);
  const small = join(directory, 'small.vhdx');
  await run('qemu-img', ['create', '-q', '-f', 'vhdx', '-o', 'subformat=dynamic', small, '16M']);
  const child = await childDisk('vhdx', join(directory, 'child.vhdx'), small, [[0, Buffer.alloc(4096, 1)]]);
  const image = { driver: 'vhdx', file: plain, readOnly: false } as const;
  await startStorageDaemon('plain', image, { directories, user: null, program: 'qemu-storage-daemon' });
  await startTpm(tpm, { directories, user: null, program: 'swtpm' });
  const server = await startChainServer(
    'chain',
    { format: 'vhdx', files: [child, small], writable: false },
    { directories, user: null, program: CHAIN_SERVER },
  );
  const started = async (name: string): Promise<MachineProcess> =>
    (await processOfPidFile(join(home, `${name}.pid`))) ?? assert.fail(name);
  const processes = { chain: server.process, tpm: await started('swtpm'), disk: await started(diskNode('plain')) };
  try {
    for (const kind of ['chain', 'tpm', 'disk'] as const) {
      const { pid } = processes[kind];
      const limits = limitsOf(await readFile(`/proc/${pid}/limits`, 'utf8'));
      const { addressSpace, data, openFiles, fileSize } = HELPERS[kind];
      const told = (bytes: number | null): string => (bytes === null ? 'unlimited' : String(bytes));
      assert.equal(limits['Max address space'], told(addressSpace), kind);
      assert.equal(limits['Max data size'], told(data), kind);
      assert.equal(limits['Max file size'], told(fileSize), kind);
      assert.equal(limits['Max open files'], String(openFiles), kind);
      assert.ok(addressSpace !== null || data !== null, 'some bound of memory');
      requireNoRights(await readFile(`/proc/${pid}/status`, 'utf8'));
      for (const kept of isolated ? ['net', 'mnt'] : [])
        assert.notEqual(await readlink(`/proc/${pid}/ns/${kept}`), await readlink(`/proc/self/ns/${kept}`), kind);
    }
  } finally {
    for (const process of Object.values(processes)) await killProcess(process);
  }
});

test('14: a helper that is killed is a job that fails; service, machine and disks go on', async () => {
  const tools = join(directory, 'tools');
  await mkdir(tools);
  // In front of the real one, once it is there.
  const broken = join(tools, 'qemu-img');
  await using host = await WireHost.open('simulated', { PATH: `${tools}:${process.env['PATH']}` });
  const snapshots = new WireSnapshots(host);
  const id = await host.nano('helped', 'qcow2');
  const { pid } = host.service.endpoints;
  const disk = await host.file('helped.qcow2');
  const before = await readFile(disk.linux);
  const checkpoint = await snapshots.take(id);
  // A merge that is killed: the checkpoint's disk and the overlay stay, the merge is taken up later.
  await writeFile(broken, '#!/bin/sh\nkill -KILL $$\n', { mode: 0o755 });
  await snapshots.job('DestroySnapshot', { AffectedSnapshot: snapshots.settings(checkpoint) });
  let failed: string | null = null;
  await host.until('the merge has failed', async () => {
    const jobs = await host.rows('SELECT * FROM Msvm_ConcreteJob WHERE JobType = 50 AND JobState = 10');
    failed = textOf(jobs[0]?.properties['ErrorDescription']);
    return jobs.length > 0;
  });
  assert.match(failed ?? '', /qemu-img was stopped.*ended by SIGKILL/);
  assert.deepEqual(await readFile(disk.linux), before);
  const names = (await run('ls', [join(disk.linux, '..')])).stdout.trim().split('\n');
  assert.equal(names.length, 2, 'the disk and its overlay, nothing half-made');
  await host.change(id, 2);
  await host.change(id, 3);
  assert.equal(host.service.endpoints.pid, pid);
  assert.equal((await host.rows('SELECT * FROM Msvm_ComputerSystem')).length, 2);
  await rm(broken);
  await host.restart('SIGTERM');
  await host.until('the merge is done', async () => {
    const { stdout: left } = await run('ls', [join(disk.linux, '..')]);
    return left.trim() === 'helped.qcow2';
  });
  await run('qemu-img', ['check', '-q', '-f', 'qcow2', disk.linux]);
});
