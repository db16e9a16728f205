import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashBench, CrashCase } from './crash-case.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';
import { countCalls, drawn, failAt, FATAL, killAt, KINDS, pointsOf } from './failing-calls.ts';
import { drawnWrite, failWrite, type FileWrite, writesOf } from './failing-writes.ts';
import { machineProcesses, tree } from './left-overs.ts';

type Rehearsed = Awaited<ReturnType<CrashBench['rehearse']>>;

const failPoint = async (
  bench: CrashBench,
  each: CrashCase,
  rehearsed: Rehearsed,
  label: string,
  harm: (pid: number) => Promise<AsyncDisposable>,
): Promise<'old' | 'new'> => {
  const said = bench.service.output.length;
  const end = await bench.endure(each, label, harm, rehearsed).catch((cause: unknown) => {
    // A service that has ended says why.
    throw new Error(`${label}: ${String(cause)}\n${bench.service.output.slice(said)}`, { cause });
  });
  // By its last words.
  assert.equal(end.died, false, `${label}: the service has ended\n${bench.service.output.slice(said)}`);
  // A sentence for the client, not a text of the kernel alone.
  if (end.error !== null) assert.doesNotMatch(end.error, /^Error: [A-Z]+:|TypeError/, label);
  return end.found;
};

/** No file of a machine but the disk of the user. */
const assertNothingLeft = async (bench: CrashBench, label: string): Promise<void> => {
  const files = async (): Promise<readonly string[]> =>
    (await tree(bench.service.dataDirectory)).filter((name) => /\.(qcow2|vmstate|part|new)$/.test(name));
  const own = /\.qcow2$/.test(bench.bench.disk) ? [basename(bench.bench.disk)] : [];
  // Files go after the record.
  for (let tries = 0; tries < 9600 && (await files()).length > own.length; tries++) await sleep(25);
  assert.deepEqual(await files(), own, `${label}: files left over`);
};

/**
 * Each point of each kind of an operation fails once, what it writes to files too; answers what was found, in words.
 */
export const failEach = async (bench: CrashBench, each: CrashCase): Promise<readonly string[]> => {
  const rehearsed = await bench.rehearse(each);
  const told: string[] = [];
  // Machines that run already are no children that strace would find.
  const pids = async (): Promise<readonly number[]> => [
    bench.service.pid,
    ...(await machineProcesses(bench.service.dataDirectory)).map(({ pid }) => pid),
  ];
  const sets = KINDS.map(({ calls }) => calls);
  const counts = await bench.count(each, async (work) => countCalls(await pids(), sets, work));
  for (const [at, kind] of KINDS.entries()) {
    const count = counts[at] ?? 0;
    const tried = pointsOf(count);
    const found = { old: 0, new: 0 };
    for (const [index, n] of tried.entries()) {
      const failing = drawn(kind, each.name.length + index);
      const label = `${each.name}, ${failing.error} at ${kind.calls[0]} ${n} of ${count}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
      const harm = async (): Promise<AsyncDisposable> => failAt(await pids(), failing, n);
      found[await failPoint(bench, each, rehearsed, label, harm)]++;
    }
    const errors = kind.errors.join(' or ');
    told.push(`${errors} at ${tried.length} of ${count} ${kind.calls.join(', ')}: ${JSON.stringify(found)}`);
    await assertNothingLeft(bench, `${each.name}, ${kind.calls[0]}`);
  }
  told.push(await failEachWrite(bench, each, rehearsed), `VSMS_FUZZ_SEED=${FUZZ_SEED}`);
  return told;
};

/**
 * The same of what the service writes to files by write(2), where their names are no others the next time but for the machine's
 * identifier; answers what was found, in words.
 */
const failEachWrite = async (bench: CrashBench, each: CrashCase, rehearsed: Rehearsed): Promise<string> => {
  const machine = async (): Promise<string> => [...(await bench.bench.states()).keys()][0] ?? 'none';
  let writes: readonly FileWrite[] = [];
  await bench.count(each, async (work) => {
    const id = await machine();
    const counted = await writesOf(bench.service.pid, bench.service.dataDirectory, work);
    writes = counted.map(({ file, number }) => ({ file: file.replaceAll(id, MACHINE), number }));
  });
  const named = writes.filter(({ file }) => !GUID.test(file));
  const found = { old: 0, new: 0 };
  const points = pointsOf(named.length);
  for (const [index, at] of points.entries()) {
    const { file, number } = named[at - 1] ?? assert.fail();
    const failing = drawnWrite(each.name.length + index);
    const label = `${each.name}, ${failing.error} at write ${number} of ${file}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
    const harm = async (pid: number): Promise<AsyncDisposable> =>
      failWrite(pid, { file: file.replaceAll(MACHINE, await machine()), number }, failing);
    found[await failPoint(bench, each, rehearsed, label, harm)]++;
  }
  await assertNothingLeft(bench, `${each.name}, write`);
  return `ENOSPC or EIO at ${points.length} of ${named.length} write (${writes.length} with others): ${JSON.stringify(found)}`;
};

const MACHINE = '<machine>';
const GUID = /[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/i;

/** The process that comes to a point of an operation dies there, at each of the points; answers what was found, in words. */
export const killAtEach = async (bench: CrashBench, each: CrashCase): Promise<readonly string[]> => {
  const rehearsed = await bench.rehearse(each);
  const told: string[] = [];
  const counts = await bench.count(each, (work) => countCalls(bench.service.pid, FATAL, work));
  for (const [at, calls] of FATAL.entries()) {
    const count = counts[at] ?? 0;
    const found = { old: 0, new: 0, died: 0 };
    const tried = pointsOf(count);
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
