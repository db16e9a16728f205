import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Store } from '../../src/core/ports.ts';

/** A store and the way to open it again, as a restarted service would. */
export interface StoreHarness {
  readonly store: Store;
  /** Null where nothing outlives the process. */
  readonly reopen: (() => Promise<Store>) | null;
  dispose(): Promise<void>;
}

const plain: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$', '$bigint', '$$bigint', '__proto__')), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})).object;

/** What every adapter of the port Store holds. */
export const storeContract = (name: string, open: () => Promise<StoreHarness>): void => {
  const using = async (run: (harness: StoreHarness) => Promise<void>): Promise<void> => {
    const harness = await open();
    try {
      await run(harness);
    } finally {
      await harness.dispose();
    }
  };

  describe(`store contract: ${name}`, () => {
    test('a fresh store has empty tables', () =>
      using(async ({ store }) => {
        assert.equal((await store.load('systems')).size, 0);
        assert.equal((await store.load('jobs')).size, 0);
      }));

    test('put, replace and delete; tables are apart', () =>
      using(async ({ store }) => {
        await store.commit([
          { table: 'systems', key: 'a', value: { n: 1 } },
          { table: 'systems', key: 'b', value: { n: 2 } },
          { table: 'jobs', key: 'a', value: { job: true } },
        ]);
        await store.commit([
          { table: 'systems', key: 'a', value: { n: 3 } },
          { table: 'systems', key: 'b', value: null },
          { table: 'systems', key: 'never there', value: null },
        ]);
        assert.deepEqual([...(await store.load('systems'))], [['a', { n: 3 }]]);
        assert.deepEqual([...(await store.load('jobs'))], [['a', { job: true }]]);
      }));

    test('changes of one commit are applied in order', () =>
      using(async ({ store }) => {
        await store.commit([
          { table: 'systems', key: 'a', value: { n: 1 } },
          { table: 'systems', key: 'a', value: null },
          { table: 'systems', key: 'a', value: { n: 2 } },
        ]);
        assert.deepEqual([...(await store.load('systems'))], [['a', { n: 2 }]]);
      }));

    test('records load in the order in which they were first put', () =>
      using(async ({ store }) => {
        for (const key of ['m', 'z', 'a']) await store.commit([{ table: 'systems', key, value: { key } }]);
        await store.commit([{ table: 'systems', key: 'm', value: { again: true } }]);
        await store.commit([{ table: 'systems', key: 'z', value: null }]);
        await store.commit([{ table: 'systems', key: 'z', value: { back: true } }]);
        assert.deepEqual([...(await store.load('systems')).keys()], ['m', 'a', 'z']);
      }));

    test('any plain data comes back exactly, 64-bit integers included', () =>
      using(async ({ store }) => {
        await fc.assert(
          fc.asyncProperty(plain, async (value) => {
            await store.commit([{ table: 'settings', key: 'k', value }]);
            assert.deepEqual((await store.load('settings')).get('k'), value);
          }),
          { numRuns: 150 },
        );
      }));

    test('what cannot be kept exactly is refused as a whole', () =>
      using(async ({ store }) => {
        const bad: unknown[] = [
          { n: Number.NaN },
          { n: Number.POSITIVE_INFINITY },
          { at: new Date(0) },
          { m: new Map() },
          { f: () => 1 },
          { list: [undefined] },
          'text',
          7n,
          undefined,
        ];
        for (const value of bad) {
          const changes = [
            { table: 'systems', key: 'good', value: { n: 1 } },
            { table: 'systems', key: 'bad', value },
          ] as const;
          await assert.rejects(store.commit(changes), { name: 'DomainError', code: 'failed' });
        }
        for (const key of ['', 'a\0b', '\ud800', 'x'.repeat(2000)])
          await assert.rejects(store.commit([{ table: 'systems', key, value: { n: 1 } }]), { name: 'DomainError' });
        assert.equal((await store.load('systems')).size, 0);
      }));

    test('a commit keeps what it was given, whatever the caller changes later', () =>
      using(async ({ store }) => {
        const value = { list: [1] };
        const done = store.commit([{ table: 'systems', key: 'a', value }]);
        value.list.push(2);
        await done;
        const loaded = (await store.load('systems')).get('a') as typeof value;
        assert.deepEqual(loaded, { list: [1] });
        loaded.list.push(3);
        assert.deepEqual((await store.load('systems')).get('a'), { list: [1] });
      }));

    test('concurrent commits are all kept, and the last of one key wins', () =>
      using(async ({ store }) => {
        const commits: Promise<void>[] = [];
        for (let i = 0; i < 3000; i++)
          commits.push(
            store.commit([
              { table: 'systems', key: `s${i}`, value: { i } },
              { table: 'settings', key: 'last', value: { i } },
            ]),
          );
        await Promise.all(commits);
        assert.equal((await store.load('systems')).size, 3000);
        assert.deepEqual((await store.load('settings')).get('last'), { i: 2999 });
      }));

    test('a load asked after a commit sees it, answered or not', () =>
      using(async ({ store }) => {
        const done = store.commit([{ table: 'systems', key: 'a', value: { n: 1 } }]);
        const loaded = store.load('systems');
        assert.deepEqual((await loaded).get('a'), { n: 1 });
        await done;
      }));

    test('commits are answered in the order in which they were asked', () =>
      using(async ({ store }) => {
        const order: number[] = [];
        const commits = Array.from({ length: 1500 }, (_, i) =>
          store.commit([{ table: 'systems', key: `s${i}`, value: { i } }]).then(() => order.push(i)),
        );
        await Promise.all(commits);
        assert.deepEqual(
          order,
          [...order].toSorted((a, b) => a - b),
        );
      }));

    test('large records and large tables', () =>
      using(async ({ store }) => {
        const text = 'ü'.repeat(700_000);
        for (let i = 0; i < 6; i++) await store.commit([{ table: 'plans', key: `p${i}`, value: { text, i } }]);
        const loaded = await store.load('plans');
        assert.deepEqual([...loaded.keys()], ['p0', 'p1', 'p2', 'p3', 'p4', 'p5']);
        assert.deepEqual(loaded.get('p5'), { text, i: 5 });
      }));

    test('close waits for the commits before it and refuses those after it', () =>
      using(async ({ store, reopen }) => {
        const pending = store.commit([{ table: 'systems', key: 'a', value: { n: 1 } }]);
        await store.close();
        await pending;
        await store.close();
        await assert.rejects(store.commit([{ table: 'systems', key: 'b', value: { n: 2 } }]), { code: 'notAvailable' });
        await assert.rejects(store.load('systems'), { code: 'notAvailable' });
        if (reopen !== null) {
          const again = await reopen();
          assert.deepEqual([...(await again.load('systems'))], [['a', { n: 1 }]]);
          await again.close();
        }
      }));
  });
};
