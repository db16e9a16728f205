import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LackOfRoom } from '../../src/core/disks/free-space.ts';
import { DomainError } from '../../src/core/errors.ts';
import { MergeRetries, withNextAttempt } from '../../src/core/snapshots/merge-retries.ts';

/** What is to be done later, each at its time; a file system whose room the test decides. */
class Scene {
  #now = 0;
  #pending: { readonly at: number; readonly work: () => void }[] = [];
  /** Null: the folder is away. */
  free: bigint | null = 0n;
  readonly due: string[] = [];
  readonly retries = new MergeRetries(
    (ms, work) => {
      const entry = { at: this.#now + ms, work };
      this.#pending.push(entry);
      return () => {
        this.#pending = this.#pending.filter((other) => other !== entry);
      };
    },
    (id) => this.due.push(id),
    async () => this.free ?? Promise.reject(new Error('ENOENT')),
  );

  get waiting(): number {
    return this.#pending.length;
  }

  async pass(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1000;
    for (;;) {
      const next = this.#pending.toSorted((a, b) => a.at - b.at).find(({ at }) => at <= end);
      if (next === undefined) break;
      this.#pending = this.#pending.filter((other) => other !== next);
      this.#now = next.at;
      next.work();
      await new Promise(setImmediate);
    }
    this.#now = end;
  }
}

const lack = new LackOfRoom('/disks', { needed: 5_000_000n, free: 0n }, 'the data of a disk');

describe('a merge that failed for want of room', () => {
  test('is due as soon as there is enough of it, once, however long its turn by the clock is', async () => {
    const scene = new Scene();
    for (let attempt = 0; attempt < 4; attempt++) scene.retries.failed('vm', 'off', lack);
    assert.equal(scene.waiting, 2, 'of the attempts before nothing is left');
    await scene.pass(60);
    assert.deepEqual(scene.due, []);
    scene.free = 4_999_999n;
    await scene.pass(60);
    assert.deepEqual([scene.due, scene.retries.waits('vm', 'off')], [[], true]);
    scene.free = 5_000_000n;
    await scene.pass(5);
    assert.deepEqual([scene.due, scene.retries.waits('vm', 'off'), scene.waiting], [['vm'], false, 0]);
    await scene.pass(3600);
    assert.deepEqual(scene.due, ['vm']);
  });

  test('is due by the clock where room never suffices, or its folder is away', async () => {
    for (const free of [0n, null]) {
      const scene = new Scene();
      scene.free = free;
      scene.retries.failed('vm', 'off', lack);
      await scene.pass(29);
      assert.deepEqual(scene.due, []);
      await scene.pass(1);
      assert.deepEqual([scene.due, scene.waiting], [['vm'], 0]);
    }
  });

  test('is not looked after any more when it is done, its machine is gone, or the service ends', async () => {
    for (const end of ['forget', 'close'] as const) {
      const scene = new Scene();
      scene.retries.failed('vm', 'off', lack);
      await scene.pass(10);
      scene.retries[end]('vm');
      scene.free = 5_000_000n;
      await scene.pass(3600);
      assert.deepEqual([scene.due, scene.waiting], [[], 0]);
    }
  });

  test('says so; one that failed by something else waits for its turn', async () => {
    const text = (error: unknown): string => {
      const told = withNextAttempt(error, 30_000);
      return told instanceof Error ? told.message : '';
    };
    assert.match(
      text(lack),
      /5 MiB are needed and 0 MiB are free\. .* It is tried again as soon as there is room, in any case in 30 seconds, and when/,
    );
    const away = new DomainError('failed', 'The folder is away.');
    assert.match(text(away), /away\. It is tried again in 30 seconds, and when/);
    const scene = new Scene();
    scene.free = 5_000_000n;
    scene.retries.failed('vm', 'off', away);
    await scene.pass(29);
    assert.deepEqual(scene.due, []);
  });
});
