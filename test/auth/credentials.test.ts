import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { ntHash } from '../../src/auth/ntlm/keys.ts';
import { SecretBox } from '../../src/auth/secret-box.ts';
import { Throttle } from '../../src/auth/throttle.ts';
import { type User, Users, type UserStorage } from '../../src/auth/users.ts';

const storage = (): UserStorage & { kept: Map<string, User> } => {
  const kept = new Map<string, User>();
  return {
    kept,
    load: async () => [...kept.values()],
    save: async (user) => void kept.set(user.name, user),
    remove: async (name) => void kept.delete(name),
  };
};

describe('K8 NT hashes', () => {
  const box = new SecretBox(randomBytes(32));

  test('are kept for accounts that opt in, sealed, and of no one else', async () => {
    const store = storage();
    const users = await Users.open(store, 'H', box);
    await users.set('basic', 'Secret-1', 'viewer');
    assert.equal(users.anyNtlm, false);
    await users.set('bob', 'Secret-1', 'viewer', { ntlm: true });
    assert.equal(users.anyNtlm, true);
    assert.equal('ntlm' in (store.kept.get('basic') ?? {}), false);
    const text = JSON.stringify([...store.kept.values()]);
    const hash = ntHash('Secret-1');
    for (const encoding of ['hex', 'base64'] as const) assert.ok(!text.includes(hash.toString(encoding)));
    const again = await Users.open(store, 'H', box);
    const bob = again.get('bob');
    assert.ok(bob !== undefined);
    assert.deepEqual(again.ntHash(bob), hash);
  });

  test('follow a new password, and go when the account opts out', async () => {
    const users = await Users.open(storage(), 'H', box);
    await users.set('bob', 'one', 'viewer', { ntlm: true });
    assert.deepEqual(users.ntHash(await users.set('bob', 'two', 'viewer')), ntHash('two'));
    const out = await users.set('bob', 'two', 'viewer', { ntlm: false });
    assert.equal(out.ntlm, undefined);
    assert.equal(users.ntHash(await users.set('bob', 'three', 'viewer')), undefined);
  });

  test('cannot be opened under another key, nor in the record of another user', async () => {
    const store = storage();
    const users = await Users.open(store, 'H', box);
    const bob = await users.set('bob', 'one', 'viewer', { ntlm: true });
    const admin = await users.set('admin', 'two', 'administrator', { ntlm: true });
    assert.equal(users.ntHash({ ...admin, ntlm: bob.ntlm }), undefined);
    const other = await Users.open(store, 'H', new SecretBox(randomBytes(32)));
    assert.equal(other.ntHash(bob), undefined);
    assert.equal((await Users.open(store, 'H')).ntHash(bob), undefined);
    await assert.rejects((await Users.open(storage(), 'H')).set('bob', 'x', 'viewer', { ntlm: true }), RangeError);
  });

  test('A-005 NTLM opens a sealed hash whether or not there is such an account, or it has one', async () => {
    const opened: string[] = [];
    const counting = new (class extends SecretBox {
      override open(sealed: string, purpose: string): Buffer | undefined {
        opened.push(sealed);
        return super.open(sealed, purpose);
      }
    })(randomBytes(32));
    const users = await Users.open(storage(), 'H', counting);
    const bob = await users.set('bob', 'Secret-1', 'viewer', { ntlm: true });
    const basic = await users.set('basic', 'Secret-1', 'viewer');
    assert.deepEqual(
      [bob, basic, undefined].map((user) => users.ntHash(user)?.equals(ntHash('Secret-1'))),
      [true, undefined, undefined],
    );
    assert.deepEqual(new Set(opened.map(({ length }) => length)), new Set([bob.ntlm?.length]));
    assert.equal(opened.length, 3);
  });

  test('a sealed secret that was changed or cut is not opened', () => {
    const sealed = Buffer.from(box.seal(Buffer.from('secret'), 'p'), 'base64');
    assert.equal(box.open(sealed.toString('base64'), 'p')?.toString(), 'secret');
    for (let at = 0; at < sealed.length; at++) {
      const spoilt = Buffer.from(sealed);
      spoilt[at] = spoilt[at]! ^ 1;
      assert.equal(box.open(spoilt.toString('base64'), 'p'), undefined);
      assert.equal(box.open(sealed.subarray(0, at).toString('base64'), 'p'), undefined);
    }
    assert.throws(() => new SecretBox(Buffer.alloc(31)), RangeError);
  });
});

test('A-004 a name with its domain apart', async () => {
  const users = await Users.open(storage(), 'Host-With-A-Long-Name');
  await users.set('bob', 'x', 'viewer');
  for (const domain of [
    '',
    '.',
    'WORKGROUP',
    'host-with-a-long-name',
    'HOST-WITH-A-LON',
    'host-with-a-long-name.example.org',
  ]) {
    assert.equal(users.resolve('Bob', domain)?.name, 'bob', domain);
  }
  for (const domain of ['OTHER', 'host', 'host-with-a-l', '..']) {
    assert.equal(users.resolve('bob', domain), undefined, domain);
  }
});

describe('guessing is slowed down', () => {
  const throttle = (limit = 100) => {
    const clock = { now: 0, slept: [] as number[] };
    const made = new Throttle({
      free: 3,
      firstMs: 100,
      longestMs: 400,
      memoryMs: 10_000,
      limit,
      now: () => clock.now,
      sleep: async (ms) => {
        clock.slept.push(ms);
      },
    });
    return { clock, throttle: made };
  };

  test('after some failures each attempt waits longer, up to a bound', async () => {
    const { clock, throttle: t } = throttle();
    for (let i = 0; i < 8; i++) {
      assert.equal(await t.admit('192.0.2.1', 'bob'), true);
      t.failed('192.0.2.1', 'BOB');
    }
    assert.deepEqual(clock.slept.slice(0, 2), [100, 200]);
    assert.ok(clock.slept.length >= 4);
  });

  test('many connections do not wait at the same time', async () => {
    const { clock, throttle: t } = throttle();
    for (let i = 0; i < 3; i++) t.failed('192.0.2.1', 'bob');
    const admitted = await Promise.all(Array.from({ length: 20 }, () => t.admit('192.0.2.1', 'bob')));
    assert.ok(admitted.filter(Boolean).length <= 4);
    assert.equal(new Set(clock.slept).size, clock.slept.length, 'each waits for its own time');
  });

  test('A-006 the addresses of one host are one: all of the loopback, and a network of IPv6', async () => {
    for (const addressOf of [
      (i: number) => `127.0.${i}.1`,
      (i: number) => `2001:db8::${i}`,
      (i: number) => (i % 2 === 0 ? '192.0.2.1' : '::ffff:192.0.2.1'),
    ]) {
      const { clock, throttle: t } = throttle();
      for (let i = 1; i <= 4; i++) {
        await t.admit(addressOf(i), 'bob');
        t.failed(addressOf(i), 'bob');
      }
      assert.deepEqual(clock.slept, [100], addressOf(1));
    }
  });

  test('another user, another address and a right password are free of it', async () => {
    const { clock, throttle: t } = throttle();
    for (let i = 0; i < 9; i++) t.failed('192.0.2.1', 'bob');
    assert.equal(await t.admit('192.0.2.1', 'alice'), true);
    assert.equal(await t.admit('192.0.2.2', 'bob'), true);
    t.succeeded('192.0.2.1', 'bob');
    assert.equal(await t.admit('192.0.2.1', 'bob'), true);
    assert.deepEqual(clock.slept, []);
  });

  test('one IPv6 network is one address, an IPv4 address in IPv6 is itself', async () => {
    const { clock, throttle: t } = throttle();
    for (let i = 0; i < 3; i++) t.failed(`2001:db8::${i + 1}`, 'bob');
    await t.admit('2001:db8:0:0:ffff::9', 'bob');
    assert.equal(clock.slept.length, 1);
    await t.admit('2001:db8:0:1::9', 'bob');
    assert.equal(clock.slept.length, 1);
    for (let i = 0; i < 3; i++) t.failed('192.0.2.1', 'eve');
    await t.admit('::ffff:192.0.2.1', 'eve');
    assert.equal(clock.slept.length, 2);
  });

  test('failures are forgotten by time and by number', async () => {
    const { clock, throttle: t } = throttle(2);
    for (let i = 0; i < 3; i++) t.failed('192.0.2.1', 'bob');
    clock.now = 10_001;
    assert.equal(await t.admit('192.0.2.1', 'bob'), true);
    for (let i = 0; i < 3; i++) t.failed('192.0.2.1', 'bob');
    t.failed('192.0.2.1', 'a');
    t.failed('192.0.2.1', 'b');
    await t.admit('192.0.2.1', 'bob');
    assert.deepEqual(clock.slept, []);
  });
});
