/** What starts a tool, or looks at a process, while this process has no file descriptor left, run with few of them by descriptors.test.ts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../src/core/errors.ts';
import { runQemuImg } from '../../src/qemu/images/run-qemu-img.ts';
import { runProbe } from '../../src/qemu/probe/run-probe.ts';
import { HELPERS, isolationPrefix } from '../../src/qemu/supervise/confinement.ts';
import { lockForReading } from '../../src/qemu/supervise/lock-files.ts';
import { isAlive, readProcess } from '../../src/qemu/supervise/process-identity.ts';
import { filterPrefix } from '../../src/qemu/supervise/system-calls/load-filter.ts';

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => null).catch((error: unknown) => error);
const version = (): Promise<void> => runQemuImg('qemu-img', ['--version'], { bounds: HELPERS.header, timeMs: 20_000 });
const probe = {
  program: 'true',
  image: '/dev/null',
  accelerator: 'tcg',
  cpu: 'max',
  user: null,
  limitMs: 20_000,
} as const;

const held: number[] = [];
const hold = (): void => {
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch (error) {
    assert.match(String(error), /EMFILE/);
  }
};
const letGo = (): void => {
  for (const descriptor of held.splice(0)) closeSync(descriptor);
};

const self = await readProcess(process.pid);
assert.ok(self !== null);

// What this host can confine a tool with is not known yet: a tool is not started without it.
hold();
const unknown = await Promise.all([isolationPrefix(), filterPrefix('none'), version()].map(failure));
letGo();
for (const error of unknown) assert.ok(error instanceof DomainError, String(error));
// And is found out as soon as that is possible.
const [command = '', ...words] = await isolationPrefix();
const namespaces = process.getuid?.() === 0 ? ['--net'] : ['--user', '--map-current-user', '--net'];
assert.equal(command === 'unshare', spawnSync('unshare', [...namespaces, '--', 'true']).status === 0, words.join(' '));
await version();

await using disk = await open(import.meta.filename);
hold();
const found = {
  version: await failure(version()),
  probe: await runProbe(probe),
  lock: await failure(lockForReading([disk], ['a disk'])),
};
// A process that cannot be looked at has not ended: it is looked at later.
const alive = isAlive(self);
await Promise.race([alive.then(() => assert.fail('it cannot be known')), sleep(300)]);
letGo();
assert.equal(await alive, true);
for (const error of [found.version, found.lock]) {
  assert.ok(error instanceof DomainError, String(error));
  assert.match(error.message, /no file descriptor, memory or process left/);
}
assert.deepEqual(found.probe, { works: false, why: 'QEMU cannot be started (spawn true EMFILE)' });
await version();
