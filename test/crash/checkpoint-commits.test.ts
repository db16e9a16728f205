import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isReference, numberOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { changeWord, type DiskFormat, guestInfo, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';
import { machineProcesses } from './left-overs.ts';
import type { Order } from './mortal-service.ts';

const run = promisify(execFile);
/** Where the nano guest keeps its number on the disk (kernel.c). */
const SEQUENCE_OFFSET = 256 * 512;
const RUNNING = 2;
const LAST_COMMITS_MS = 3000;

/** A machine whose disk and memory held 1 at A, 2 at B, and hold 3 now. */
interface Prepared {
  readonly id: string;
  readonly a: string;
  readonly b: string;
}

interface Case {
  readonly name: string;
  /** Missing: raw. */
  readonly format?: DiskFormat;
  /** It is turned off before. */
  readonly off: boolean;
  readonly operate: (snapshots: WireSnapshots, prepared: Prepared, host: WireHost) => Promise<unknown>;
  readonly isNew: (found: readonly string[], prepared: Prepared, disk: number, machines: number) => boolean;
  /** What the current disk holds before and after. */
  readonly disk: readonly [number, number];
}

const CASES: readonly Case[] = [
  {
    name: 'create',
    off: false,
    operate: (snapshots, { id }) => snapshots.take(id),
    isNew: (found) => found.length === 3,
    disk: [3, 3],
  },
  {
    name: 'apply',
    off: true,
    operate: (snapshots, { a }) => snapshots.apply(a),
    isNew: (_, __, disk) => disk === 1,
    disk: [3, 1],
  },
  {
    name: 'destroy and merge',
    off: false,
    operate: (snapshots, { b }) => snapshots.destroy(b),
    isNew: (found, { b }) => !found.includes(b),
    disk: [3, 3],
  },
  {
    name: 'destroy the tree and merge',
    off: false,
    operate: (snapshots, { a }) => snapshots.destroyTree(a),
    isNew: (found) => found.length === 0,
    disk: [3, 3],
  },
  {
    name: 'fork',
    // What serves it to the machine changes over on the way.
    format: 'dynamic VHDX',
    off: false,
    operate: async (snapshots, { b }, host) => {
      const result = await host.client.invoke({ className: 'Vsms_SnapshotForkService' }, 'ForkSnapshot', {
        Snapshot: snapshots.settings(b),
        Count: 2,
      });
      const job = result.out['Job'];
      const ended = await host.client.waitForJob(isReference(job) ? job : assert.fail(`${result.returnValue}`));
      assert.equal(numberOf(ended.properties['JobState']), 7);
    },
    isNew: (_, __, ___, machines) => machines === 3,
    disk: [3, 3],
  },
];

/** Each commit with VSMS_CRASH_ALL=1; else so many of a case, the first and the last among them. */
const AT_MOST = process.env['VSMS_CRASH_ALL'] === '1' ? Number.POSITIVE_INFINITY : 3;

const chosen = (commits: number, most: number): readonly number[] => {
  const wanted = Math.min(most, commits);
  const all = Array.from({ length: wanted }, (_, index) =>
    Math.round((index * (commits - 1)) / Math.max(wanted - 1, 1)),
  );
  return [...new Set(all)];
};

describe('hardening 24, 28: kill -9 of the service and of QEMU at commits of checkpoints, real machines', () => {
  let host: WireHost;
  let snapshots: WireSnapshots;
  let round = 0;
  before(async () => {
    host = await WireHost.open('qemu', {}, join(import.meta.dirname, 'mortal-service.ts'));
    snapshots = new WireSnapshots(host);
  });
  after(() => host[Symbol.asyncDispose]());

  const order = async (message: Order): Promise<number> =>
    ((await host.service.ask(message)) as { readonly commits: number }).commits;
  const disarm = () => order({ order: 'arm', commit: -1, when: 'before' });
  const folder = (): string => join(host.service.dataDirectory, 'drives/c/vm');
  const qemus = async (): Promise<readonly number[]> =>
    (await machineProcesses(host.service.dataDirectory))
      .filter(({ words }) => /qemu-system/.test(words[0] ?? ''))
      .map(({ pid }) => pid);
  const machines = () => host.machines.list();

  const prepare = async ({ format }: Case, off: boolean): Promise<Prepared> => {
    const name = `vm${round++}`;
    const id = await host.nano(name, format);
    await host.call('ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        InstanceID: `Microsoft:${id}`,
        UserSnapshotType: 5,
        AutomaticRecoveryAction: 2,
      }),
    });
    await host.change(id, RUNNING);
    const taken: string[] = [];
    for (let word = 1; word <= 3; word++) {
      using line = await host.serial(name);
      await line.ask('i', /INFO/);
      assert.equal(await changeWord(line), word);
      if (word < 3) taken.push(await snapshots.take(id));
    }
    if (off) await host.change(id, 3);
    return { id, a: taken[0] ?? '', b: taken[1] ?? '' };
  };

  /** Jobs have ended, merges are done, what died is missed. */
  const rest = (): Promise<void> =>
    host.until('everything is at rest', async () => {
      const jobs = await host.rows('SELECT * FROM Msvm_ConcreteJob');
      const all = await machines();
      if (!all.every(({ state }) => [2, 3, 6].includes(state))) return false;
      if (all.filter(({ state }) => state === RUNNING).length !== (await qemus()).length) return false;
      for (const { id } of all) await snapshots.merged(id);
      return jobs.every((job) => numberOf(job.properties['JobState']) >= 7);
    });

  const files = async (instance: string): Promise<string> => {
    const [file = ''] = await snapshots.files(instance);
    return join(folder(), file.split('\\').at(-1) ?? '');
  };

  const diskOf = async (file: string): Promise<number> => {
    const { stdout } = await run('qemu-io', ['-U', '-r', '-c', `read -v ${SEQUENCE_OFFSET} 4`, file]);
    const bytes = /^[0-9a-f]+:\s+((?:[0-9a-f]{2} ){4})/m.exec(stdout)?.[1]?.trim().split(' ') ?? [];
    return bytes.reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
  };

  const chainOf = async (file: string): Promise<readonly string[]> => {
    const { stdout } = await run('qemu-img', ['info', '-U', '--backing-chain', '--output=json', file]);
    return (JSON.parse(stdout) as readonly { readonly filename: string }[]).map(({ filename }) => filename);
  };

  /** Old or new, each node with its disk and memory, and nothing beside. */
  const check = async (each: Case, prepared: Prepared, label: string): Promise<boolean> => {
    const { id, a, b } = prepared;
    const found = await snapshots.list(id);
    const all = await machines();
    const known = new Set<string>();
    const see = async (instance: string): Promise<number> => {
      const file = await files(instance);
      for (const link of await chainOf(file)) known.add(link);
      return diskOf(file);
    };
    const now = await see(`Microsoft:${id}`);
    const isNew = each.isNew(found, prepared, now, all.length);
    assert.equal(now, each.disk[isNew ? 1 : 0], `${label}: the disk`);
    for (const [snapshot, word] of [
      [a, 1],
      [b, 2],
    ] as const)
      if (found.includes(snapshot)) assert.equal(await see(snapshot), word, `${label}: a checkpoint's disk`);
    for (const snapshot of found) if (snapshot !== a && snapshot !== b) assert.equal(await see(snapshot), 3, label);
    for (const machine of all) {
      if (machine.id === id) continue;
      assert.equal(await see(`Microsoft:${machine.id}`), 2, `${label}: a fork's disk`);
      assert.equal(machine.state, RUNNING, `${label}: a fork`);
      using line = await host.serial(machine.name);
      assert.equal((await guestInfo(line)).word, 2, `${label}: a fork's memory`);
    }
    const own = all.find((machine) => machine.id === id);
    if (own?.state === RUNNING) {
      using line = await host.serial(own.name);
      assert.equal((await guestInfo(line)).word, 3, `${label}: memory`);
    }
    const there = (await readdir(folder()))
      .map((name) => join(folder(), name))
      .filter((file) => file.includes(own?.name ?? ''));
    assert.deepEqual(
      there.filter((file) => !known.has(file)),
      [],
      `${label}: files that nothing names`,
    );
    const state = join(host.service.dataDirectory, 'state/systems');
    assert.deepEqual(
      (await readdir(join(state, id, 'snapshots')).catch(() => [])).toSorted(),
      found.map((snapshot) => snapshot.slice('Microsoft:'.length)).toSorted(),
      `${label}: directories of checkpoints`,
    );
    assert.deepEqual(
      (await readdir(state)).filter((name) => all.every((machine) => machine.id !== name)),
      [],
      label,
    );
    return isNew;
  };

  const clean = async (): Promise<void> => {
    const all = await machines();
    // Forks first: what they read stays as long as they do.
    for (const { id, state } of all.toSorted((x, y) => y.name.length - x.name.length)) {
      if (state === RUNNING) await host.change(id, 3);
      await host.machines.delete(id);
    }
    assert.deepEqual(await machineProcesses(host.service.dataDirectory), []);
  };

  // What a test that failed has left would fail the others.
  beforeEach(async () => {
    await disarm();
    await clean();
  });

  for (const each of CASES) {
    const rehearse = async (): Promise<number> => {
      const prepared = await prepare(each, each.off);
      await disarm();
      await each.operate(snapshots, prepared, host);
      await rest();
      const commits = await order({ order: 'count' });
      assert.ok(await check(each, prepared, `${each.name}, unharmed`));
      await clean();
      return commits;
    };

    test(`${each.name}: the service is killed`, async () => {
      const commits = await rehearse();
      for (const [index, commit] of chosen(commits, AT_MOST).entries()) {
        const when = index % 2 === 0 ? 'before' : 'after';
        const label = `${each.name}, ${when} commit ${commit} of ${commits}`;
        const prepared = await prepare(each, each.off);
        await order({ order: 'arm', commit, when });
        const operated = each.operate(snapshots, prepared, host).catch(() => undefined);
        // The merges that follow an operation may come to fewer commits than they did: then it dies when all is done.
        await Promise.race([host.service.ended(), operated.then(() => sleep(LAST_COMMITS_MS))]);
        await host.restart('SIGKILL');
        await operated;
        await rest();
        if (!(await check(each, prepared, label))) {
          await each.operate(snapshots, prepared, host);
          await rest();
          assert.ok(await check(each, prepared, `${label}, done again`));
        }
        await clean();
      }
    });

    if (!each.off)
      test(`${each.name}: QEMU is killed`, async () => {
        const commits = await rehearse();
        for (const commit of chosen(commits, AT_MOST - 1)) {
          const label = `${each.name}, QEMU at commit ${commit} of ${commits}`;
          const prepared = await prepare(each, false);
          const [victim = 0] = await qemus();
          await order({ order: 'arm', commit, when: 'after', victim });
          await each.operate(snapshots, prepared, host).catch(() => undefined);
          await rest();
          // At rest it seems too while what was killed is still listed, and its machine runs.
          await host.until(
            'the QEMU that was killed is gone',
            async () => (await order({ order: 'count' })) <= commit || !(await qemus()).includes(victim),
          );
          await rest();
          if (
            !(await check(each, prepared, label)) &&
            (await host.state(prepared.id)) === 3 &&
            each.name !== 'create'
          ) {
            await each.operate(snapshots, prepared, host);
            await rest();
            assert.ok(await check(each, prepared, `${label}, done again`));
          }
          await disarm();
          await clean();
        }
      });
  }
});
