import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WireHost } from '../test/kit/wire-host.ts';
import { bareCheckpoint } from './kit/bare-checkpoint.ts';
import { header, report, spread } from './kit/figures.ts';
import { RunningGuest } from './kit/running-guest.ts';
import { Ticks } from './kit/ticks.ts';

/** The most that issue 4 allows, beside bare QEMU. */
const TOTAL = 1.3;
const PAUSE = 1.2;
const DEPTH = 1.5;

/** Checkpoints that a machine may have. */
const MOST = 50;
const AT_EACH_DEPTH = 6;
/** A guest has settled again. */
const REST_MS = 100;

interface Load {
  readonly what: string;
  readonly memoryMb: number;
  readonly rounds: number;
  /** Half of its memory is filled, and some of that is written to all the time. */
  readonly busy: boolean;
}

const LOADS: readonly Load[] = [
  { what: 'idle, 256 MiB', memoryMb: 256, rounds: 12, busy: false },
  { what: 'busy, 2 GiB', memoryMb: 2048, rounds: 4, busy: true },
];

/** Checkpoints of a running guest through the wire, beside the same by QMP on the same QEMU's sister, in turn. */
export async function checkpoints(): Promise<void> {
  header('Checkpoints of a running machine (nano guest, TCG)');
  for (const load of LOADS) await besideQmp(load);
  await byDepth();
}

async function besideQmp({ what, memoryMb, rounds, busy }: Load): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-bench-'));
  await chmod(directory, 0o777);
  try {
    await using host = await WireHost.open('qemu');
    const times = { ours: [] as number[], bare: [] as number[] };
    const pauses = { ours: [] as number[], bare: [] as number[] };
    const events = { ours: [] as number[], bare: [] as number[] };
    using ours = await RunningGuest.start(host, 'ours', memoryMb);
    using bare = await RunningGuest.start(host, 'bare', memoryMb);
    if (busy) for (const guest of [ours, bare]) await load(host, guest);
    using ourTicks = await Ticks.watch(ours.serial);
    using bareTicks = await Ticks.watch(bare.serial);
    let { node } = bare;
    // The first round warms code and page cache.
    for (let round = 0; round <= rounds; round++) {
      await sleep(REST_MS);
      bareTicks.begin();
      const done = await bareCheckpoint(bare.monitor, directory, node, `bare-${round}`);
      ({ node } = done);
      await sleep(REST_MS);
      await rm(join(directory, `bare-${round}.memory`));
      const barePause = bareTicks.longest();
      ourTicks.begin();
      const ourTime = await ours.checkpoint();
      await sleep(REST_MS);
      if (round === 0) continue;
      times.bare.push(done.ms);
      pauses.bare.push(barePause);
      events.bare.push(bare.monitor.pause);
      times.ours.push(ourTime);
      pauses.ours.push(ourTicks.longest());
      events.ours.push(ours.monitor.pause);
    }
    const figure = (title: string, sample: typeof times, atMost: number | null): void =>
      report({
        what: `${what}: ${title}`,
        unit: 'ms',
        ours: spread(sample.ours),
        beside: { what: 'by QMP', value: spread(sample.bare) },
        goal: atMost === null ? null : { atMost },
      });
    figure('request to end of job', times, TOTAL);
    figure('silence of the guest', pauses, PAUSE);
    figure("standstill by QEMU's events", events, null);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function load(host: WireHost, guest: RunningGuest): Promise<void> {
  using line = await host.serial(guest.name);
  line.write('g');
  await line.expect(/FILLED \d+/);
  line.write('d');
}

/** The last checkpoints that a machine may have beside the first ones of another machine, in turn. */
async function byDepth(): Promise<void> {
  await using host = await WireHost.open('qemu');
  using deep = await RunningGuest.start(host, 'deep', 64);
  using flat = await RunningGuest.start(host, 'flat', 64);
  for (let depth = 1; depth <= MOST - AT_EACH_DEPTH; depth++) await deep.checkpoint();
  const times = { deep: [] as number[], flat: [] as number[] };
  for (let round = 0; round < AT_EACH_DEPTH; round++) {
    times.flat.push(await flat.checkpoint());
    await sleep(REST_MS);
    times.deep.push(await deep.checkpoint());
    await sleep(REST_MS);
  }
  report({
    what: `64 MiB: create at depth ${MOST - AT_EACH_DEPTH + 1} to ${MOST}`,
    unit: 'ms',
    ours: spread(times.deep),
    beside: { what: `at depth 1 to ${AT_EACH_DEPTH}`, value: spread(times.flat) },
    goal: { atMost: DEPTH },
  });
}
