import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { Sessions, type SessionStorage, type StoredSession } from '../../src/auth/sessions.ts';
import { type User, Users } from '../../src/auth/users.ts';

const MINUTE = 60_000;

describe('sessions', () => {
  let now: number;
  let users: Users;
  let admin: User;
  let kept: Map<string, StoredSession>;
  let saves: number;
  const storage: SessionStorage = {
    load: async () => [...kept.values()],
    save: async (session) => {
      saves += 1;
      kept.set(session.hash, session);
    },
    remove: async (hashes) => {
      for (const hash of hashes) kept.delete(hash);
    },
  };
  const openSessions = (): Promise<Sessions> =>
    Sessions.open({ users, storage, now: () => now, idleMs: 30 * MINUTE, longestMs: 120 * MINUTE, mostPerUser: 3 });

  beforeEach(async () => {
    now = 1_000_000;
    saves = 0;
    kept = new Map();
    const records = new Map<string, User>();
    users = await Users.open(
      {
        load: async () => [...records.values()],
        save: async (user) => void records.set(user.name, user),
        remove: async (name) => void records.delete(name),
      },
      'HOST',
    );
    admin = await users.set('admin', 'one', 'administrator');
    await users.set('other', 'one', 'administrator');
  });

  test('it goes on after a restart, with the same CSRF token; what is stored lets nobody in', async () => {
    const before = await openSessions();
    const { secret, csrfToken, session } = await before.open(admin, '192.0.2.1');
    assert.ok(!JSON.stringify([...kept]).includes(secret));
    assert.ok(!JSON.stringify([...kept]).includes(csrfToken));
    const after = await openSessions();
    const found = after.find(secret);
    assert.deepEqual([found?.csrfToken, found?.session.id, found?.session.user], [csrfToken, session.id, admin]);
    for (const wrong of ['', 'x', csrfToken, [...kept.keys()][0] ?? '', secret.toLowerCase()])
      assert.equal(after.find(wrong), undefined);
  });

  test('its times are those of before the restart: idle, and at the longest', async () => {
    const { secret } = await (await openSessions()).open(admin, '192.0.2.1');
    for (let used = 0; used < 5; used += 1) {
      now += 20 * MINUTE;
      assert.ok((await openSessions()).find(secret), `used ${used}`);
    }
    now += 20 * MINUTE;
    assert.equal((await openSessions()).find(secret), undefined, 'two hours are over');
    assert.equal(kept.size, 0);
    const { secret: idle } = await (await openSessions()).open(admin, '192.0.2.1');
    now += 31 * MINUTE;
    assert.equal((await openSessions()).find(idle), undefined);
    assert.equal(kept.size, 0);
  });

  test('closed, another password, another role, another account of the name: over, also after a restart', async () => {
    const ends: readonly ((sessions: Sessions, id: string) => Promise<unknown>)[] = [
      (sessions, id) => sessions.close(id),
      () => users.set('admin', 'two', 'administrator'),
      () => users.setRole('admin', 'viewer'),
      async () => {
        await users.remove('admin');
        await users.set('admin', 'one', 'administrator');
      },
    ];
    for (const [index, end] of ends.entries()) {
      const sessions = await openSessions();
      const { secret, session } = await sessions.open(await users.set('admin', 'one', 'administrator'), '192.0.2.1');
      await end(sessions, session.id);
      assert.equal((await openSessions()).find(secret), undefined, `end ${index}`);
      assert.equal(sessions.find(secret), undefined, `end ${index}`);
    }
  });

  test('what is over is over, though its record cannot be taken away', async () => {
    const { secret } = await (await openSessions()).open(admin, '192.0.2.1');
    now += 31 * MINUTE;
    const failures: unknown[] = [];
    const full = { ...storage, remove: () => Promise.reject(new Error('full')) };
    const sessions = await Sessions.open({ users, storage: full, now: () => now, onFailure: (e) => failures.push(e) });
    assert.equal(sessions.find(secret), undefined);
    assert.equal(failures.length, 1);
  });

  test('use is not written with every request; of too many the one that was used least lately goes', async () => {
    const sessions = await openSessions();
    const first = await sessions.open(admin, '192.0.2.1');
    for (let n = 0; n < 100; n += 1) sessions.find(first.secret);
    assert.equal(saves, 1);
    const more = [];
    for (let n = 0; n < 3; n += 1) {
      now += 1;
      more.push(await sessions.open(admin, '192.0.2.1'));
    }
    assert.equal(sessions.find(first.secret), undefined);
    assert.ok(more.every(({ secret }) => sessions.find(secret) !== undefined));
    assert.equal(kept.size, 3);
  });
});
