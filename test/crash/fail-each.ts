import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashBench, CrashCase } from './crash-case.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';
import { countCalls, failAt, type FailingCalls, FATAL, killAt, pointsOf } from './failing-calls.ts';
import { machineProcesses, tree } from './left-overs.ts';

/** Each point of each kind of an operation fails once; answers what was found, in words. */
export const failEach = async (
  bench: CrashBench,
  each: CrashCase,
  kinds: readonly FailingCalls[],
  most?: number,
): Promise<readonly string[]> => {
  const { dataDirectory } = bench.service;
  const rehearsed = await bench.rehearse(each);
  const told: string[] = [];
  // Machines that run already are no children that strace would find.
  const pids = async (): Promise<readonly number[]> => [
    bench.service.pid,
    ...(await machineProcesses(dataDirectory)).map(({ pid }) => pid),
  ];
  for (const kind of kinds) {
    const count = await bench.count(each, async (work) => countCalls(await pids(), kind.calls, work));
    const tried = pointsOf(count, most);
    const found = { old: 0, new: 0 };
    for (const n of tried) {
      const label = `${each.name}, ${kind.error} at ${kind.calls[0]} ${n} of ${count}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
      const said = bench.service.output.length;
      const end = await bench
        .endure(each, label, async () => failAt(await pids(), kind, n), rehearsed)
        .catch((cause: unknown) => {
          // A service that has ended says why.
          throw new Error(`${label}: ${String(cause)}\n${bench.service.output.slice(said)}`, { cause });
        });
      found[end.found]++;
      // By its last words.
      assert.equal(end.died, false, `${label}: the service has ended\n${bench.service.output.slice(said)}`);
      // A sentence for the client, not a text of the kernel alone.
      if (end.error !== null) assert.doesNotMatch(end.error, /^Error: [A-Z]+:|TypeError/, label);
    }
    told.push(`${kind.error} at ${tried.length} of ${count} ${kind.calls.join(', ')}: ${JSON.stringify(found)}`);
    const files = async (): Promise<readonly string[]> =>
      (await tree(dataDirectory)).filter((name) => /\.(qcow2|vmstate|part|new)$/.test(name));
    const own = /\.qcow2$/.test(bench.bench.disk) ? [basename(bench.bench.disk)] : [];
    // Files go after the record.
    for (let tries = 0; tries < 9600 && (await files()).length > own.length; tries++) await sleep(25);
    assert.deepEqual(await files(), own, `${each.name}, ${kind.error}: files left over`);
  }
  return told;
};

/** The process that comes to a point of an operation dies there, at each of the points; answers what was found, in words. */
export const killAtEach = async (bench: CrashBench, each: CrashCase, most: number): Promise<readonly string[]> => {
  const rehearsed = await bench.rehearse(each);
  const told: string[] = [];
  for (const calls of FATAL) {
    const count = await bench.count(each, (work) => countCalls(bench.service.pid, calls, work));
    const found = { old: 0, new: 0, died: 0 };
    const tried = pointsOf(count, most);
    for (const n of tried) {
      const label = `${each.name}, kill -9 at ${calls[0]} ${n} of ${count}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
      const end = await bench.endure(each, label, (pid) => killAt(pid, calls, n), rehearsed);
      found[end.found]++;
      if (end.died) found.died++;
    }
    told.push(`kill -9 at ${tried.length} of ${count} ${calls.join(', ')}: ${JSON.stringify(found)}`);
  }
  return told;
};
