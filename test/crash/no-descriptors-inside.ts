/** What starts a tool while this process has no file descriptor left, run with few of them by descriptors.test.ts. */
import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { DomainError } from '../../src/core/errors.ts';
import { runQemuImg } from '../../src/qemu/images/run-qemu-img.ts';
import { runProbe } from '../../src/qemu/probe/run-probe.ts';
import { HELPERS } from '../../src/qemu/supervise/confinement.ts';

const version = (): Promise<void> => runQemuImg('qemu-img', ['--version'], { bounds: HELPERS.header, timeMs: 20_000 });
const probe = {
  program: 'true',
  image: '/dev/null',
  accelerator: 'tcg',
  cpu: 'max',
  user: null,
  limitMs: 20_000,
} as const;

// What this host can confine a tool with is found at the first.
await version();
const held: number[] = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch (error) {
  assert.match(String(error), /EMFILE/);
}
const found = [await version().catch((error: unknown) => error), await runProbe(probe)] as const;
for (const descriptor of held) closeSync(descriptor);
assert.ok(found[0] instanceof DomainError, String(found[0]));
assert.deepEqual(found[1], { works: false, why: 'QEMU cannot be started (spawn true EMFILE)' });
await version();
