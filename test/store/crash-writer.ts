import { openSqliteStore } from '../../src/store/sqlite/store.ts';

/**
 * Child process of the crash test: many callers commit in a loop; each acknowledged commit is told on standard output.
 * Every commit writes the same number into two records, so that a torn one shows.
 */
const [path, writers] = process.argv.slice(2);
if (path === undefined || writers === undefined) throw new Error('usage: crash-writer.ts STORE WRITERS');
const store = await openSqliteStore(path);

const writer = async (id: number): Promise<never> => {
  for (let n = 1; ; n++) {
    await store.commit([
      { table: 'systems', key: `w${id}`, value: { n, padding: 'x'.repeat(n % 3000) } },
      { table: 'jobs', key: `w${id}`, value: { n } },
      { table: 'audit', key: `w${id}/${n}`, value: { n } },
    ]);
    process.stdout.write(`${id} ${n}\n`);
  }
};

await Promise.all(Array.from({ length: Number(writers) }, (_, id) => writer(id)));
