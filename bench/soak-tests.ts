import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { header } from './kit/figures.ts';

const ROOT = join(import.meta.dirname, '..');
/** What a test that goes on as long as it is told names: its seed, its runs, its histories, its failing calls. */
const ON_DEMAND = /kit\/fuzz\.ts|VSMS_HISTORY_STEPS|VSMS_HISTORIES|\/(fail-each|failing-calls)\.ts/;
/** Of one file in a round: a few times what the suite tries. One that hangs is found, not waited for. */
const LIMIT_MS = 60 * 60_000;

/**
 * The fuzzers and the histories of clients, checkpoints and failing calls, in turn, with another seed in each round, for so many
 * seconds (K34). The first failure ends it, with the seed that brings it back. Answers how many files ran.
 */
export async function soakTests(seconds: number): Promise<number> {
  header(`Fuzzers and histories for ${seconds} s`);
  const files = await onDemand();
  const end = performance.now() + seconds * 1000;
  let ran = 0;
  while (performance.now() < end) {
    const seed = randomInt(2 ** 31);
    for (const file of files) {
      if (performance.now() >= end) break;
      await runOne(file, seed);
      ran++;
    }
  }
  console.log(`${ran} runs of ${files.length} files`);
  return ran;
}

async function onDemand(): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob('test/**/*.test.ts', { cwd: ROOT }))
    if (ON_DEMAND.test(await readFile(join(ROOT, file), 'utf8'))) files.push(file);
  return files.toSorted();
}

async function runOne(file: string, seed: number): Promise<void> {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--test', '--test-reporter=dot', file], {
    cwd: ROOT,
    env: {
      ...process.env,
      VSMS_FUZZ_SEED: String(seed),
      VSMS_FUZZ_RUNS: '2000',
      VSMS_HISTORY_STEPS: '8000',
      VSMS_HISTORIES: '5',
      // Of each kind of calls, at other ones in each round.
      VSMS_POINTS: '3',
      // A test of its own, and no part of one that runs this.
      NODE_TEST_CONTEXT: undefined,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`VSMS_FUZZ_SEED=${seed} ${file}: ${signal ?? `exit code ${code}`}\n${said}`);
  console.log(`ok  ${file}  seed ${seed}  ${Math.round((performance.now() - begun) / 1000)} s`);
}
