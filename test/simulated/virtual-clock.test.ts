import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createVirtualClock } from '../../src/simulated/virtual-clock.ts';

test('sleepers wake in order of time, then of their going to sleep', async () => {
  const clock = createVirtualClock(1000);
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    woken.push(`${name}@${clock.monotonic()}`);
  };
  const all = [sleeper('c', 30), sleeper('a', 10), sleeper('b', 10), sleeper('d', 31)];
  await clock.advance(30);
  assert.deepEqual(woken, ['a@10', 'b@10', 'c@30']);
  assert.equal(clock.now(), 1030);
  await clock.advance(1);
  await Promise.all(all);
});

test('a sleeper that is woken may sleep again within the same advance', async () => {
  const clock = createVirtualClock();
  let turns = 0;
  const loop = (async () => {
    for (; turns < 5; turns++) await clock.sleep(10);
  })();
  await clock.advance(50);
  assert.equal(turns, 5);
  await loop;
});

test('time never goes back, though two move it on at once', async () => {
  const clock = createVirtualClock();
  const seen: number[] = [];
  const watch = Promise.all([5, 1000].map((ms) => clock.sleep(ms).then(() => seen.push(clock.monotonic()))));
  const short = clock.advance(10).then(() => seen.push(clock.monotonic()));
  await Promise.all([clock.advance(2000), short, watch]);
  seen.push(clock.monotonic());
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  assert.equal(clock.monotonic(), 2000);
});

test('an aborted sleep rejects with the reason and leaves nothing', async () => {
  const clock = createVirtualClock();
  const abort = new AbortController();
  const sleeping = clock.sleep(10, abort.signal);
  abort.abort(new Error('enough'));
  await assert.rejects(sleeping, /enough/);
  assert.equal(clock.sleepers, 0);
  await assert.rejects(clock.sleep(10, abort.signal), /enough/);
});

test('until moves time as far as the promise needs it', async () => {
  const clock = createVirtualClock();
  const answer = await clock.until(clock.sleep(1_000_000).then(() => 42));
  assert.equal(answer, 42);
  assert.equal(clock.monotonic(), 1_000_000);
  await assert.rejects(clock.until(Promise.reject(new Error('no'))), /no/);
});

test('time stands still while files are written, read, renamed and closed', async () => {
  const clock = createVirtualClock();
  const directory = await mkdtemp(join(tmpdir(), 'vsms-clock-'));
  const file = join(directory, 'file');
  // A time limit of a million virtual years would pass in no time, if it passed at all.
  const limit = new AbortController();
  const expired = clock.sleep(1e15, limit.signal).then(
    () => assert.fail('time went on in the middle of a file operation'),
    () => 'stopped',
  );
  const work = async (): Promise<void> => {
    for (let round = 0; round < 100; round++) {
      await writeFile(`${file}.new`, `round ${round}`);
      await rename(`${file}.new`, file);
      assert.equal(await readFile(file, 'utf8'), `round ${round}`);
      const handle = await open(file, 'r+');
      await handle.write('x');
      await handle.close();
    }
  };
  await clock.until(work());
  assert.equal(clock.monotonic(), 0);
  limit.abort();
  assert.equal(await expired, 'stopped');
  await rm(directory, { recursive: true });
});
