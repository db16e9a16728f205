import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Service } from '../test/kit/service.ts';
import { header, report, single, spread, withinLimit } from './kit/figures.ts';
import { runMachines } from './kit/machines.ts';
import { populate, Wire } from './kit/wire.ts';

const run = promisify(execFile);
const NODE = join(import.meta.dirname, '../script/node');
const REPOSITORY_LIMIT_MS = 100;
/** "In seconds" (issue 2 §5): a client of CI waits for them. */
const MACHINES_LIMIT_S = 10;

/** Loads the classes in a process that has loaded nothing yet, and asks for one; prints the milliseconds. */
const LOAD = `
const { loadRepository } = await import(${JSON.stringify(join(import.meta.dirname, '../src/cim/repository/load.ts'))});
const begun = performance.now();
if (loadRepository().namespace('root/virtualization/v2').class('Msvm_ComputerSystem') === undefined) process.exit(1);
console.log(performance.now() - begun);`;

/** From the repository's file to a class that can be asked for, each time in a process of its own. */
export async function repository(rounds = 15): Promise<void> {
  header('Start of the class repository');
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { stdout } = await run(NODE, ['--input-type=module', '-e', LOAD]);
    times.push(Number(stdout));
  }
  report(withinLimit({ what: 'class repository', unit: 'ms', ours: spread(times), limit: REPOSITORY_LIMIT_MS }));
}

/** 1 000 simulated machines started over HTTP by 16 clients, each start a durable job; defining them is a bench of its own. */
export async function simulated(count = 1000): Promise<void> {
  header('Simulated machines');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wire = new Wire(service.endpoints.http, service.password, 16);
  await populate(wire, 'simulated', 0, count);
  wire.close();
  const begun = performance.now();
  await runMachines(service, 'simulated', 0);
  const seconds = (performance.now() - begun) / 1000;
  report(withinLimit({ what: `${count} machines started`, unit: 's', ours: single(seconds), limit: MACHINES_LIMIT_S }));
}
