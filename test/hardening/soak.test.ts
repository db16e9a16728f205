import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { halves, quantile, SoakLoad } from '../../bench/kit/soak-load.ts';
import { auditLines } from '../../src/audit/files.ts';
import { parseRecord } from '../../src/audit/record.ts';
import { verifyTrail } from '../../src/audit/verify.ts';
import { Service } from '../kit/service.ts';

/** A short one; `script/bench --soak SECONDS` is for hours. */
const SECONDS = Number(process.env['VSMS_SOAK_SECONDS'] ?? 30);

test('hardening 30: memory and descriptors stay flat, and the audit trail has every change', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  const { samples, changes } = await new SoakLoad(service).run({ seconds: SECONDS, systems: 100, clients: 8 });
  const [before, after] = halves(samples);
  const median = (part: typeof samples, of: 'residentMb' | 'descriptors'): number =>
    quantile(
      part.map((sample) => sample[of]),
      0.5,
    );
  // A leak of one descriptor or of a few kilobytes in a round would show as hundreds.
  assert.ok(
    median(after, 'descriptors') <= median(before, 'descriptors') + 8,
    `descriptors: ${median(before, 'descriptors')} -> ${median(after, 'descriptors')}`,
  );
  assert.ok(
    median(after, 'residentMb') <= median(before, 'residentMb') * 1.2 + 16,
    `resident: ${median(before, 'residentMb')} -> ${median(after, 'residentMb')} MB`,
  );
  await service.stop();
  const folder = join(service.dataDirectory, 'state/audit');
  assert.equal((await verifyTrail(folder)).ok, true);
  let told = 0;
  for await (const { text } of auditLines(folder)) if (parseRecord(text)?.kind === 'change') told += 1;
  assert.equal(told, changes);
});
