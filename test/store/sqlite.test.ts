import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { storeContract } from './contract.ts';

const withDirectory = async (run: (directory: string) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-store-'));
  try {
    await run(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
};

storeContract('sqlite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-store-'));
  const path = join(directory, 'store.db');
  const store = await openSqliteStore(path);
  return {
    store,
    reopen: () => openSqliteStore(path),
    dispose: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
});

const startWriter = (path: string, writers: number, errors: 'inherit' | 'ignore' = 'inherit') =>
  spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), path, String(writers)], {
    stdio: ['ignore', 'pipe', errors],
  });

describe('store on SQLite', () => {
  test('hardening 24: after kill -9 every acknowledged commit is there and none is torn', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store.db');
      const acknowledged = new Map<number, number>();
      // Killed at ever other moments: while batches are small, large, and during a checkpoint of the log.
      for (const killAfter of [1, 50, 700, 3000]) {
        const child = startWriter(path, 8);
        const exited = once(child, 'exit');
        let seen = 0;
        const highest = new Map<number, number>();
        for await (const line of createInterface({ input: child.stdout })) {
          const [id, n] = line.split(' ').map(Number);
          if (id === undefined || n === undefined) continue;
          highest.set(id, n);
          if (++seen === killAfter) child.kill('SIGKILL');
        }
        await exited;
        for (const [id, n] of highest) acknowledged.set(id, n);
        const store = await openSqliteStore(path);
        const systems = await store.load('systems');
        const jobs = await store.load('jobs');
        const audit = await store.load('audit');
        for (const [id, n] of highest) {
          const found = (systems.get(`w${id}`) as { n: number } | undefined)?.n ?? 0;
          assert.ok(found >= n, `writer ${id}: acknowledged ${n}, found ${found}`);
          assert.equal((jobs.get(`w${id}`) as { n: number }).n, found, 'both records of one commit');
          for (let i = 1; i <= found; i++) assert.ok(audit.has(`w${id}/${i}`), `record ${i} of writer ${id}`);
          assert.ok(!audit.has(`w${id}/${found + 1}`), 'nothing of a commit that is not there');
        }
        await store.commit([...audit.keys()].map((key) => ({ table: 'audit', key, value: null })));
        await store.close();
      }
    }));

  test('hardening 29: a second service on the same store is refused and told who has it', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store.db');
      const child = startWriter(path, 1);
      const exited = once(child, 'exit');
      await once(child.stdout, 'data');
      await assert.rejects(openSqliteStore(path), (error: Error) => {
        assert.equal(error.name, 'StoreRefusal');
        assert.match(error.message, new RegExp(`process ${child.pid}\\b`));
        return true;
      });
      child.kill('SIGKILL');
      await exited;
      const store = await openSqliteStore(path);
      await assert.rejects(openSqliteStore(path), { name: 'StoreRefusal' });
      // The refused attempt in this process has not taken the lock away from the one that holds it.
      const other = startWriter(path, 1, 'ignore');
      const [code] = (await once(other, 'exit')) as [number];
      assert.notEqual(code, 0);
      await store.close();
    }));

  test('the files are readable by their owner only', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store.db');
      const store = await openSqliteStore(path);
      await store.commit([{ table: 'users', key: 'admin', value: { hash: 'x' } }]);
      for (const file of [path, `${path}-wal`]) assert.equal((await stat(file)).mode & 0o077, 0, file);
      await store.close();
    }));

  test('K32 an older store is migrated, with a copy kept; data and order survive', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store.db');
      const old = await openSqliteStore(path);
      await old.commit([
        { table: 'systems', key: 'b', value: { name: 'second' } },
        { table: 'systems', key: 'a', value: { name: 'first' } },
      ]);
      await old.close();
      const store = await openSqliteStore(path, { migrations: new URL('./migrations-next.ts', import.meta.url) });
      assert.deepEqual(
        [...(await store.load('systems'))],
        [
          ['b', { name: 'second', migrated: true }],
          ['a', { name: 'first', migrated: true }],
        ],
      );
      await store.close();
      const copy = await openSqliteStore(`${path}.schema-1`);
      assert.deepEqual((await copy.load('systems')).get('a'), { name: 'first' });
      await copy.close();
    }));

  test('K32 a newer store is refused and left as it is', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store.db');
      const newer = await openSqliteStore(path, { migrations: new URL('./migrations-next.ts', import.meta.url) });
      await newer.close();
      const before = await readFile(path);
      await assert.rejects(openSqliteStore(path), (error: Error) => {
        assert.equal(error.name, 'StoreRefusal');
        assert.match(error.message, /newer version.*schema 2.*knows 1/);
        return true;
      });
      assert.deepEqual(await readFile(path), before);
    }));

  test('K32 a migration that fails leaves the store as it was', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store.db');
      const old = await openSqliteStore(path);
      await old.commit([{ table: 'systems', key: 'a', value: { name: 'one' } }]);
      await old.close();
      const failing = { migrations: new URL('./migrations-failing.ts', import.meta.url) };
      await assert.rejects(openSqliteStore(path, failing), {
        name: 'StoreRefusal',
        message: /schema 1 to 2.*unchanged/,
      });
      const store = await openSqliteStore(path);
      assert.deepEqual([...(await store.load('systems'))], [['a', { name: 'one' }]]);
      await store.close();
    }));

  test('a file that is no store of ours is refused and left as it is', () =>
    withDirectory(async (directory) => {
      const text = join(directory, 'text.db');
      await writeFile(text, 'not a database, but long enough to be one\n'.repeat(200));
      await assert.rejects(openSqliteStore(text), { name: 'StoreRefusal', message: /not a database/ });
      const foreign = join(directory, 'foreign.db');
      const database = new DatabaseSync(foreign);
      database.exec('CREATE TABLE notes (text TEXT)');
      database.close();
      const before = await readFile(foreign);
      await assert.rejects(openSqliteStore(foreign), { name: 'StoreRefusal', message: /another program/ });
      assert.deepEqual(await readFile(foreign), before);
      await assert.rejects(openSqliteStore(join(directory, 'none', 'store.db')), {
        name: 'StoreRefusal',
        message: /cannot be created/,
      });
    }));

  test('a damaged record is named', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store.db');
      const store = await openSqliteStore(path);
      await store.commit([{ table: 'systems', key: 'a', value: { n: 1 } }]);
      await store.close();
      const database = new DatabaseSync(path);
      database.exec(`UPDATE systems SET value = '{"n":'`);
      database.close();
      const again = await openSqliteStore(path);
      await assert.rejects(again.load('systems'), { message: /'a'.*'systems'.*damaged/ });
      await again.close();
    }));
});
