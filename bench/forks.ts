import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isReference, listOf, numberOf, textOf } from '../src/client/object.ts';
import { WireHost } from '../test/kit/wire-host.ts';
import { WireSnapshots } from '../test/kit/wire-snapshots.ts';
import { BareRestore, speaks } from './kit/bare-restore.ts';
import { header, report, single, spread } from './kit/figures.ts';
import { commandLineOf, RunningGuest } from './kit/running-guest.ts';

const ROUNDS = 8;
const MEMORY_MB = 64;
/** The most that issue 4 allows, beside bare QEMU. */
const GOAL = 1.3;

const privateMb = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Private_Dirty:\s+(\d+) kB/m.exec(text)?.[1]) / 1024;
};

/** Forks of a running guest's checkpoint, request to an answer of the fork's guest, beside the same by QMP, in turn. */
export async function forks(): Promise<void> {
  header('Forks of a checkpoint (nano guest, 64 MB, TCG)');
  const directory = await mkdtemp(join(tmpdir(), 'vsms-bench-'));
  try {
    await using host = await WireHost.open('qemu');
    const snapshots = new WireSnapshots(host);
    using guest = await RunningGuest.start(host, 'vm', MEMORY_MB);
    const snapshot = await snapshots.take(guest.id);
    let made = 0;
    const fork = async (): Promise<{ readonly id: string; readonly ms: number }> => {
      const began = performance.now();
      const { out, returnValue } = await host.client.invoke({ className: 'Vsms_SnapshotForkService' }, 'ForkSnapshot', {
        Snapshot: snapshots.settings(snapshot),
        Count: 1,
      });
      const [system] = listOf(out['ResultingSystems']);
      const job = out['Job'];
      if (!isReference(system) || !isReference(job)) throw new Error(`ForkSnapshot answered ${returnValue}.`);
      await speaks(join(host.service.dataDirectory, 'pipes', `vm-${++made}`));
      const ms = performance.now() - began;
      await host.client.waitForJob(job);
      return { id: system.selectors['Name'] ?? '', ms };
    };
    const pidOf = async (one: string): Promise<number> =>
      numberOf(textOf((await host.client.get(host.system(one))).properties['ProcessID']));
    const first = await fork();
    const state = join(host.service.dataDirectory, 'state/systems');
    const [windows = ''] = await snapshots.files(`Microsoft:${first.id}`);
    const bare = await BareRestore.like(await commandLineOf(host, first.id), directory, {
      disk: join(host.service.dataDirectory, 'drives/c/vm', basename(windows.replaceAll('\\', '/'))),
      saved: join(state, guest.id, 'snapshots', snapshot.slice('Microsoft:'.length), 'memory-shared.vmstate'),
      // It is there as long as the first fork runs.
      mapped: true,
    });
    const ours: number[] = [];
    const theirs: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await bare.run());
      const next = await fork();
      ours.push(next.ms);
      memory.push(await privateMb(await pidOf(next.id)));
    }
    report({
      what: 'fork to an answer of its guest',
      unit: 'ms',
      ours: spread(ours),
      beside: { what: 'by QMP', value: spread(theirs) },
      goal: { atMost: GOAL },
    });
    report({
      what: 'the first, which makes the memory shared',
      unit: 'ms',
      ours: single(first.ms),
      beside: { what: 'those after it', value: spread(ours) },
      goal: null,
    });
    report({ what: 'memory of its own', unit: 'MB', ours: spread(memory), beside: null, goal: null });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
