import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Token, Tokens } from '../../src/auth/tokens.ts';
import { Users } from '../../src/auth/users.ts';

test('tokens that are over leave the store when another one is made; those in force stay', async () => {
  let now = 0;
  const kept = new Map<string, Token>();
  const storage = {
    load: async () => [...kept.values()],
    save: async (token: Token) => void kept.set(token.id, token),
    remove: async (id: string) => void kept.delete(id),
  };
  const users = await Users.open({ load: async () => [], save: async () => {}, remove: async () => {} }, 'HOST');
  const admin = await users.set('admin', 'one', 'administrator');
  const other = await users.set('other', 'one', 'viewer');
  const tokens = await Tokens.open(storage, users, () => now);
  const until = (end: number) => ({ name: `until ${end}`, role: 'viewer', expiresAt: new Date(end) }) as const;
  const long = await tokens.create(admin, until(1000));
  await tokens.create(other, until(1000));
  for (; now < 100; now += 1) await tokens.create(admin, until(now + 1));
  await users.remove('other');
  const last = await tokens.create(admin, until(now + 1));
  assert.deepEqual([...kept.keys()].toSorted(), [long.token.id, last.token.id].toSorted());
  assert.equal(tokens.find(long.text)?.user, admin);
});
