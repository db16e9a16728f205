import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test, type TestContext } from 'node:test';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import { DomainError } from '../../src/core/errors.ts';
import { createFeed } from '../../src/core/events/feed.ts';
import type { Job } from '../../src/core/jobs/job.ts';
import { openJobs } from '../../src/core/jobs/runner.ts';
import { createPathResolver } from '../../src/core/paths/resolver.ts';
import { DiskWork } from '../../src/core/differencing/disk-work.ts';
import type { SystemsContext } from '../../src/core/systems/context.ts';
import { Ledger } from '../../src/core/systems/ledger.ts';
import { LiveGraph } from '../../src/core/systems/live-graph.ts';
import { createSystemPaths } from '../../src/core/systems/files/resolved-paths.ts';
import { Turns } from '../../src/core/systems/turns.ts';
import { exportDefinitions, type ExportParams } from '../../src/core/transfer/export-job.ts';
import { withStorageErrors } from '../../src/core/disks/storage-errors.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { createVirtualClock } from '../../src/simulated/virtual-clock.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { Patience } from '../core/patience.ts';
import { exerciseJob, type JobTrial } from '../core/jobs-harness.ts';
import { CALLER, HOST } from '../core/kit.ts';
import {
  defineWith,
  type ExportWorld,
  exported,
  guid,
  makeExportWorld,
  makeImage,
  MIB,
  requestFor,
  treeOf,
} from '../core/transfer/export-kit.ts';

const ID = guid(1);

/** An export of a machine with a disk and private files, into a folder that is not there or, `beside`, one that is in use. */
const trial = (beside: boolean, subdirectory: boolean) => async (): Promise<JobTrial<ExportParams>> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-export-'));
  const [data, disks] = [join(directory, 'data'), join(directory, 'disks')];
  const out = join(disks, 'deep', 'out');
  await mkdir(join(data, 'state/systems', ID, 'tpm'), { recursive: true });
  await mkdir(disks);
  await writeFile(join(data, 'state/systems', ID, 'uefi-variables.fd'), 'variables');
  await writeFile(join(data, 'state/systems', ID, 'tpm', 'state'), 'secrets');
  await makeImage(join(disks, 'a.raw'), 3);
  if (beside) {
    await mkdir(join(out, 'Virtual Machines'), { recursive: true });
    await writeFile(join(out, 'Virtual Machines', 'other.vmcx'), 'of somebody else');
  }
  const [clock, store, feed] = [createVirtualClock(), createMemoryStore(), createFeed()];
  const paths = createPathResolver({ dataDirectory: data, stateDirectory: join(data, 'state'), roots: [disks] });
  const jobs = await openJobs({ store, feed, clock, later: new Patience().later, onInternalError: () => undefined });
  const graph = new LiveGraph(HOST, jobs, { values: {} });
  const scsi = `${guid(2)}\\0`;
  graph.apply({
    kind: 'system',
    before: null,
    after: {
      id: ID,
      kind: 'realized',
      generation: 2,
      active: {
        id: ID,
        values: { ElementName: 'web1' },
        devices: [
          { kind: 'scsiController', part: scsi, parent: null, values: {} },
          { kind: 'diskDrive', part: `${scsi}\\0\\D`, parent: scsi, values: { AddressOnParent: '0' } },
          {
            kind: 'hardDiskImage',
            part: `${scsi}\\0\\L`,
            parent: `${scsi}\\0\\D`,
            values: { HostResource: [join(disks, 'a.raw')] },
          },
        ],
        bootSources: [],
      },
      snapshots: [],
      currentSnapshot: null,
      lastApplied: null,
      power: 'off',
      requestedState: 12,
      operation: { kind: 'exporting', exclusive: true },
      process: null,
      onTime: { accumulatedMs: 0, since: null },
      savedState: null,
      createdAt: 0,
      configurationChangedAt: 0,
      stateChangedAt: 0,
      wasRunning: false,
      revision: 1,
    },
  });
  const context = {
    graph,
    ledger: new Ledger(store, graph, feed),
    turns: new Turns(),
    diskWork: new DiskWork(),
    disks: createDiskFiles(paths),
    images: createImageTool(),
    fleet: { ids: () => [], get: () => undefined },
    paths: createSystemPaths(paths, { state: join(data, 'state'), run: join(directory, 'run') }),
    serviceDefaults: {},
  } as unknown as SystemsContext;
  const target = subdirectory ? join(out, 'web1') : out;
  const before = await treeOf(disks);
  const released = (): void => assert.equal(graph.system(ID)?.operation, null);
  return {
    store,
    clock,
    define: () => exportDefinitions(context).atRest,
    params: {
      system: ID,
      id: ID,
      snapshot: null,
      withSnapshots: false,
      storage: true,
      savedState: true,
      style: 'hyperV',
      directory: out,
      target,
      stage: '.export-1.unfinished',
      machine: 'web1',
      windowsFolder: null,
    },
    affected: [],
    pristine: async () => {
      assert.deepEqual(await treeOf(disks), before);
      released();
    },
    complete: async () => {
      const group = (name: string): Promise<readonly string[]> => treeOf(join(target, name));
      assert.deepEqual(await group('Virtual Machines'), [
        `${ID}.tpm/`,
        `${ID}.tpm/state`,
        `${ID}.uefi.fd`,
        `${ID}.vmcx`,
        ...(beside && !subdirectory ? ['other.vmcx'] : []),
      ]);
      assert.deepEqual(await group('Virtual Hard Disks'), ['a.vhdx']);
      assert.ok(!(await treeOf(disks)).some((name) => name.includes('unfinished')));
      released();
    },
    dispose: () => rm(directory, { recursive: true }),
  };
};

describe('K18, J10 an export that fails, is undone or killed at any step leaves nothing; one that is done stays', () => {
  test('a folder of its own that appears', () => exerciseJob(trial(false, true)));
  test('a folder that is not there', () => exerciseJob(trial(false, false)));
  test('a folder with an export of another machine', () => exerciseJob(trial(true, false)));
});

/** Calls back once the job of an export has written something. */
const onceUnderWay = (world: ExportWorld, act: (job: Job) => void): void => {
  let done = false;
  world.core.feed.listen((change) => {
    if (done || change.kind !== 'job' || change.after === null || change.after.percent === 0) return;
    done = true;
    act(change.after);
  });
};

test('J6 cancelled: the folder is gone and the machine as before', async (t) => {
  const world = await makeExportWorld(t);
  const disk = join(world.disks, 'a.raw');
  await writeFile(disk, randomBytes(48 * MIB));
  const { id } = await defineWith(world, 'web1', [disk]);
  const answers: Promise<number | undefined>[] = [];
  onceUnderWay(world, (job) => void answers.push(world.core.jobs.requestStateChange(job.id, 5)));
  const job = await exported(world, id);
  assert.deepEqual(await Promise.all(answers), [0]);
  assert.equal(job.state, 9);
  assert.deepEqual(await treeOf(world.disks), ['a.raw']);
  assert.equal(world.system(id).operation, null);
  assert.equal((await exported(world, id)).state, 7);
});

/** A program that is none of ours has the file open for writing, until it is ended. */
const writer = async (t: TestContext, file: string, format: string): Promise<() => Promise<void>> => {
  const child = spawn('qemu-io', ['-f', format, file], { stdio: ['pipe', 'ignore', 'inherit'] });
  t.after(() => child.kill());
  const { ino } = await stat(file);
  while (!new RegExp(`:${ino} 100 101`).test(await readFile('/proc/locks', 'utf8'))) await sleep(5);
  return async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
};

for (const [name, format] of [
  ['a.qcow2', 'qcow2'],
  ['a.raw', 'raw'],
  ['a.vhdx', 'vhdx'],
] as const)
  test(`a disk that another program writes to is not exported: ${name}`, async (t) => {
    const world = await makeExportWorld(t);
    const disk = join(world.disks, name);
    await makeImage(disk, 1);
    const { id } = await defineWith(world, 'web1', [disk]);
    const end = await writer(t, disk, format);
    const job = await exported(world, id);
    assert.equal(job.state, 10);
    assert.match(job.errorDescription ?? '', new RegExp(`${name} is in use by another machine or program.*0x80070020`));
    assert.deepEqual(await treeOf(world.disks), [name]);
    assert.equal(world.system(id).operation, null);
    await end();
    assert.equal((await exported(world, id)).state, 7);
  });

test('while a disk is exported, no job replaces it and no program writes to it; another export reads it too', async (t) => {
  const world = await makeExportWorld(t);
  const disk = join(world.disks, 'a.vhdx');
  await makeImage(disk, 1);
  const { id } = await defineWith(world, 'web1', [disk]);
  await using held = await createImageTool().hold([disk], 'read');
  assert.equal((await exported(world, id)).state, 7);
  const compact = async (): Promise<Job> => world.ended(await world.core.images.compact(CALLER, disk));
  const refused = await compact();
  assert.equal(refused.state, 10);
  assert.match(refused.errorDescription ?? '', /a\.vhdx is in use by another machine or program/);
  await held[Symbol.asyncDispose]();
  assert.equal((await compact()).state, 7);
});

const canMount = process.getuid?.() === 0;

/** A file system of its own in an allowed root, for as long as the work takes. */
const mounted = async (world: ExportWorld, options: string, work: (folder: string) => Promise<void>): Promise<void> => {
  const folder = join(world.disks, 'mounted');
  await mkdir(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  try {
    await work(folder);
  } finally {
    execFileSync('umount', [folder]);
  }
};

describe('the place of an export', { skip: canMount ? false : 'only root mounts file systems' }, () => {
  const machineWith = async (world: ExportWorld, bytes: number): Promise<string> => {
    const disk = join(world.disks, 'a.raw');
    await writeFile(disk, randomBytes(bytes));
    return (await defineWith(world, 'web1', [disk])).id;
  };

  test('K33 is too small: both figures are told, nothing is made', async (t) => {
    const world = await makeExportWorld(t);
    const id = await machineWith(world, 8 * MIB);
    await mounted(world, 'size=4m', async (directory) => {
      const job = await exported(world, id, { directory });
      assert.equal(job.state, 10);
      assert.match(job.errorDescription ?? '', /9 MiB are needed and 4 MiB are free/);
      assert.deepEqual(await treeOf(directory), []);
    });
  });

  test('is filled by somebody else meanwhile', async (t) => {
    const world = await makeExportWorld(t);
    const id = await machineWith(world, 24 * MIB);
    await mounted(world, 'size=64m', async (directory) => {
      onceUnderWay(world, () => {
        try {
          writeFileSync(join(directory, 'filler'), Buffer.alloc(64 * MIB, 1));
        } catch {
          // It is full now.
        }
      });
      const job = await exported(world, id, { directory });
      assert.equal(job.state, 10);
      assert.match(job.errorDescription ?? '', /file system is full.*0x80070070/);
      assert.deepEqual(await treeOf(directory), ['filler']);
      assert.equal(world.system(id).operation, null);
    });
  });

  test('is read-only', async (t) => {
    const world = await makeExportWorld(t);
    const id = await machineWith(world, MIB);
    await mounted(world, 'ro', async (directory) => {
      const job = await exported(world, id, { directory });
      assert.equal(job.state, 10);
      assert.match(job.errorDescription ?? '', /cannot be written to: its file system is read-only/);
    });
  });

  test('is another file system than that of the disks', async (t) => {
    const world = await makeExportWorld(t);
    const id = await machineWith(world, MIB);
    await mounted(world, 'size=64m', async (directory) => {
      const job = await world.core.exports.exportSystem(CALLER, requestFor(world, id, { directory }));
      assert.equal((await world.ended(job)).state, 7);
      assert.equal((await treeOf(directory)).length, 4);
    });
  });
});

test('what a file system refuses is told in words', async () => {
  for (const [code, message, hresult] of [
    ['ENOSPC', /full/, '0x80070070'],
    ['EACCES', /may not write/, '0x80070005'],
    ['EDQUOT', /quota/, '0x80070070'],
  ] as const) {
    const refusal = Object.assign(new Error(code), { code });
    await assert.rejects(
      withStorageErrors('/exports', () => Promise.reject(refusal)),
      (error) => error instanceof DomainError && message.test(error.message) && error.hresult === hresult,
    );
  }
  const other = new Error('another one');
  await assert.rejects(
    withStorageErrors('/exports', () => Promise.reject(other)),
    (error) => error === other,
  );
});
