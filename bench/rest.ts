import { Service } from '../test/kit/service.ts';
import { header, report, single, spread, withinLimit } from './kit/figures.ts';
import { populate, Wire } from './kit/wire.ts';

const percentile = (sample: readonly number[], part: number): number =>
  sample.toSorted((a, b) => a - b)[Math.min(sample.length - 1, Math.floor(sample.length * part))] ?? Number.NaN;

/** Lists of REST with 1 000 systems: all of them in one page, and a page of 100; the goal is the 99th percentile. */
export async function restList(): Promise<void> {
  header('REST lists');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wire = new Wire(service.endpoints.http, service.password, 16);
  await populate(wire, 'rest', 0, 1000);
  wire.close();
  const authorization = `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`;
  const list = async (query: string): Promise<number> => {
    const started = performance.now();
    const answer = await fetch(`${service.endpoints.http}/api/v1/vms${query}`, { headers: { authorization } });
    const { items } = (await answer.json()) as { items: unknown[] };
    const ms = performance.now() - started;
    if (items.length === 0) throw new Error('The list is empty.');
    return ms;
  };
  for (const [what, query, limit] of [
    ['1 000 systems in one page', '?limit=1000', 25],
    ['a page of 100 of them', '?limit=100', 25],
    ['1 000 systems, name and state', '?limit=1000&fields=id,name,state', 25],
  ] as const) {
    for (let round = 0; round < 60; round++) await list(query);
    const sample: number[] = [];
    for (let round = 0; round < 300; round++) sample.push(await list(query));
    report({ what, unit: 'ms', ours: spread(sample), beside: null, goal: null });
    report(withinLimit({ what: `${what}, p99`, unit: 'ms', ours: single(percentile(sample, 0.99)), limit }));
  }
}
