import { join } from 'node:path';
import { verifyTrail } from '../src/audit/verify.ts';
import { Service } from '../test/kit/service.ts';
import { header, report, single } from './kit/figures.ts';
import { halves, quantile, SoakLoad } from './kit/soak-load.ts';

/** `script/bench --soak SECONDS`: does anything grow? The later half of the time beside the earlier one (K34). */
export async function soak(seconds: number): Promise<void> {
  header(`Soak of ${seconds} s`);
  await using service = await Service.start({ hypervisor: 'simulated' });
  const { samples, latencies, changes } = await new SoakLoad(service).run({ seconds, systems: 1000, clients: 8 });
  const [before, after] = halves(samples);
  const compare = (what: string, unit: string, earlier: number, later: number, atMost: number | null): void =>
    report({
      what,
      unit,
      ours: single(later),
      beside: { what: 'earlier half', value: single(earlier) },
      goal: atMost === null ? null : { atMost },
    });
  const median = (part: typeof samples, of: 'residentMb' | 'descriptors'): number =>
    quantile(
      part.map((sample) => sample[of]),
      0.5,
    );
  compare('resident memory', 'MB', median(before, 'residentMb'), median(after, 'residentMb'), 1.1);
  compare('open descriptors', '', median(before, 'descriptors'), median(after, 'descriptors'), 1.05);
  const [early, late] = halves(latencies);
  compare('query or change, 99th percentile', 'ms', quantile(early, 0.99), quantile(late, 0.99), null);
  await service.stop();
  const verdict = await verifyTrail(join(service.dataDirectory, 'state/audit'));
  console.log(`${latencies.length} timed requests, ${changes} changes`);
  if (!verdict.ok)
    throw new Error(`The audit trail is broken in ${verdict.file}, line ${verdict.line}: ${verdict.reason}`);
}
