import { readFileSync } from 'node:fs';
import { Service } from '../test/kit/service.ts';
import { header, line, show, spread } from './kit/figures.ts';
import { populate, Wire } from './kit/wire.ts';

/** Resident memory of a process in MB (VmRSS). */
const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Resident memory after a restart, as an operator sees it days later. */
export async function memory(
  sizes: readonly (readonly [number, number])[] = [
    [1000, 150],
    [100_000, 1024],
  ],
): Promise<void> {
  header('Resident memory');
  await using service = await Service.start({ hypervisor: 'simulated' });
  let defined = 0;
  for (const [size, limit] of sizes) {
    const wire = new Wire(service.endpoints.http, service.password, 16);
    await populate(wire, 'memory', defined, size - defined);
    wire.close();
    defined = size;
    const grown = residentMb(service.pid);
    await service.stop();
    await service.run();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const fresh = residentMb(service.pid);
    line(
      `${size} systems, after a restart`,
      `${fresh.toFixed(0)} MB`,
      `limit ${limit} MB`,
      `${(fresh / limit).toFixed(2)}x`,
      '<= 1x',
    );
    line(
      `${size} systems, just defined`,
      `${grown.toFixed(0)} MB`,
      `limit ${limit} MB`,
      `${(grown / limit).toFixed(2)}x`,
      '<= 1x',
    );
  }
}

/** From spawn to listening, with systems in the store. */
export async function restart(size = 10_000, rounds = 5): Promise<void> {
  header('Restart');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wire = new Wire(service.endpoints.http, service.password, 16);
  await populate(wire, 'restart', 0, size);
  wire.close();
  const sample: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await service.stop();
    const started = performance.now();
    await service.run();
    sample.push(performance.now() - started);
  }
  const s = spread(sample);
  line(`ready with ${size} systems`, show(s, 'ms'), 'limit 2000 ms', `${(s.median / 2000).toFixed(2)}x`, '<= 1x');
}
