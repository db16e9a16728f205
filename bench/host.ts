import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from '../test/kit/service.ts';
import { header, report, single, spread, withinLimit } from './kit/figures.ts';
import { runMachines } from './kit/machines.ts';
import { populate, Wire } from './kit/wire.ts';

const ROOT = join(import.meta.dirname, '..');

/** Resident memory of a process in MB (VmRSS). */
const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Processor time that a process has had, in seconds (proc(5): fields 14 and 15, at 100 ticks a second). */
const cpuSeconds = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

/**
 * Resident memory just after so many definitions, and after a restart as an operator sees it days later; each round with a
 * service of its own.
 */
export async function memory(
  sizes: readonly { readonly size: number; readonly limit: number; readonly rounds: number }[] = [
    { size: 1000, limit: 150, rounds: 3 },
    { size: 100_000, limit: 1024, rounds: 1 },
  ],
): Promise<void> {
  header('Resident memory');
  for (const { size, limit, rounds } of sizes) {
    const [grown, fresh]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      await using service = await Service.start({ hypervisor: 'simulated' });
      const wire = new Wire(service.endpoints.http, service.password, 16);
      await populate(wire, 'memory', 0, size);
      wire.close();
      grown.push(residentMb(service.pid));
      await service.stop();
      await service.run();
      await sleep(3000);
      fresh.push(residentMb(service.pid));
    }
    report(withinLimit({ what: `${size} systems, just defined`, unit: 'MB', ours: spread(grown), limit }));
    report(withinLimit({ what: `${size} systems, after a restart`, unit: 'MB', ours: spread(fresh), limit }));
  }
}

/** `script/server` as an operator types it, which becomes the service; what follows in the command line is not for it. */
const SERVER = ['sh', '-c', `exec '${join(ROOT, 'script/server')}'`];

/** From spawn to listening: with systems in the store, and by `script/server` where all is set up already. */
export async function restart(sizes: readonly number[] = [0, 10_000], rounds = 7): Promise<void> {
  header('Restart');
  await secondStart(rounds);
  await using service = await Service.start({ hypervisor: 'simulated' });
  let defined = 0;
  for (const size of sizes) {
    const wire = new Wire(service.endpoints.http, service.password, 16);
    await populate(wire, 'restart', defined, size - defined);
    wire.close();
    defined = size;
    const sample: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await service.stop();
      const started = performance.now();
      await service.run();
      sample.push(performance.now() - started);
    }
    report(withinLimit({ what: `ready with ${size} systems`, unit: 'ms', ours: spread(sample), limit: 2000 }));
  }
}

/** With QEMU, and the accelerator that the first start has found. */
async function secondStart(rounds: number): Promise<void> {
  await using service = await Service.start({ hypervisor: 'qemu', environment: { VSMS_ACCELERATOR: 'auto' } });
  const sample: number[] = [];
  // The first one is not measured: it sets up what may be missing.
  for (let round = 0; round <= rounds; round++) {
    await service.stop();
    const started = performance.now();
    await service.run(SERVER);
    if (round > 0) sample.push(performance.now() - started);
  }
  report(withinLimit({ what: 'ready by script/server, QEMU', unit: 'ms', ours: spread(sample), limit: 2000 }));
}

/** Processor time of a service that nobody asks anything, with simulated machines running. */
export async function idle(running = 1000, seconds = 20): Promise<void> {
  header('Idle');
  await using service = await Service.start({ hypervisor: 'simulated' });
  await runMachines(service, 'idle', running);
  await sleep(3000);
  const before = cpuSeconds(service.pid);
  await sleep(seconds * 1000);
  const used = ((cpuSeconds(service.pid) - before) / seconds) * 100;
  report(withinLimit({ what: `${running} machines running`, unit: '% of a core', ours: single(used), limit: 1 }));
}

/** Runs a program of Node to its end. @returns milliseconds */
const timedRun = (args: readonly string[], environment: NodeJS.ProcessEnv): number => {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [...args], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - started;
};

/**
 * A whole run of the command line (a list by REST, and with a host named by WS-Management), as the packages have it and from the sources; `script/vsms` looks first whether all is
 * set up, which is not in it.
 */
export async function commandLine(rounds = 9): Promise<void> {
  header('Command line');
  const tree = mkdtempSync(join(tmpdir(), 'vsms-bench-cli-'));
  try {
    execFileSync(join(ROOT, 'packaging/compile'), [tree]);
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    writeFileSync(join(tree, 'package.json'), '{"type": "module"}');
    await commandLineOf(tree, rounds);
  } finally {
    rmSync(tree, { recursive: true });
  }
}

async function commandLineOf(tree: string, rounds: number): Promise<void> {
  const packaged = join(tree, 'src/cli/main.cjs');
  const sources = join(ROOT, 'src/cli/main.ts');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const environment = {
    VSMS_CONFIG: '/nonexistent/vsms.toml',
    VSMS_DATA_DIR: service.dataDirectory,
    VSMS_PASSWORD: service.password,
    // As script/vsms has it; the packages have none.
    NODE_COMPILE_CACHE: join(tree, '.cache'),
  };
  // As /usr/bin/vsms and script/vsms have it.
  const room = '--min-semi-space-size=16';
  const runs = [
    ['node -e 0', ['-e', '0']],
    ['vsms --help, packaged', [room, packaged, '--help']],
    ['vsms vm list, packaged', [room, packaged, 'vm', 'list']],
    ['vsms --help, from the sources', [room, sources, '--help']],
    ['vsms vm list, from the sources', [room, sources, 'vm', 'list']],
    ['vsms vm list --host, packaged', [room, packaged, 'vm', 'list', '--host', service.endpoints.http]],
  ] as const;
  const samples = runs.map((): number[] => []);
  for (const [, args] of runs) timedRun(args, environment);
  for (let round = 0; round < rounds; round++)
    for (const [i, [, args]] of runs.entries()) samples[i]?.push(timedRun(args, environment));
  for (const [i, [what]] of runs.entries()) {
    const ours = spread(samples[i] ?? []);
    report(
      i === 0
        ? { what, unit: 'ms', ours, beside: null, goal: null }
        : withinLimit({ what, unit: 'ms', ours, limit: 80 }),
    );
  }
}
