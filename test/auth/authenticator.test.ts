import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { createAuthenticator } from '../../src/auth/authenticator.ts';
import { parseBasic } from '../../src/auth/basic.ts';
import { CredentialCache } from '../../src/auth/credential-cache.ts';
import { randomPassword } from '../../src/auth/password.ts';
import { Throttle } from '../../src/auth/throttle.ts';
import { Users, type User, type UserStorage } from '../../src/auth/users.ts';

const storage = (users: User[] = []): UserStorage & { users: Map<string, User> } => {
  const kept = new Map(users.map((u) => [u.name, u]));
  return {
    users: kept,
    load: async () => [...kept.values()],
    save: async (user) => void kept.set(user.name, user),
    remove: async (name) => void kept.delete(name),
  };
};

const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
const from = (authorization: string | undefined, options: { tls?: boolean; address?: string } = {}) => ({
  authorization,
  tls: options.tls ?? true,
  remoteAddress: options.address ?? '192.0.2.7',
});

describe('authenticator', async () => {
  const users = await Users.open(storage(), 'HOST1');
  await users.set('admin', 'pass:wörd', 'administrator');
  await users.set('eye', 'looking', 'viewer');
  const authenticate = createAuthenticator({ users, hostName: 'HOST1', allowUnencrypted: 'loopback' });

  test('A-003 Basic over TLS, with UTF-8 and a colon in the password', async () => {
    const result = await authenticate(from(basic('admin', 'pass:wörd')));
    assert.ok(result.ok && result.lives());
    const { lives: _, ...told } = result;
    assert.deepEqual(told, {
      ok: true,
      caller: { name: 'HOST1\\admin', role: 'administrator', address: '192.0.2.7' },
    });
  });

  test('A-004 every spelling of a local name', async () => {
    for (const name of [
      'ADMIN',
      '.\\admin',
      'host1\\Admin',
      'admin@host1',
      'admin@host1.example.org',
      'admin@localhost',
    ]) {
      assert.equal((await authenticate(from(basic(name, 'pass:wörd')))).ok, true, name);
    }
    for (const name of ['OTHER\\admin', 'admin@elsewhere', '', 'admin ']) {
      assert.equal((await authenticate(from(basic(name, 'pass:wörd')))).ok, false, name);
    }
  });

  test('A-005 wrong password, unknown user and broken headers are refused alike', async () => {
    const refusals = [
      basic('admin', 'wrong'),
      basic('nobody', 'pass:wörd'),
      undefined,
      '',
      'Basic',
      'Basic !!!',
      'Bearer x',
      `Basic ${Buffer.from('admin').toString('base64')}`,
      'Negotiate TlRMTVNTUAAB',
    ];
    for (const header of refusals) {
      assert.deepEqual(
        await authenticate(from(header)),
        { ok: false, challenges: ['Basic realm="WSMAN"'] },
        header ?? 'none',
      );
    }
  });

  test('K1 without TLS, Basic is offered and accepted from loopback only', async () => {
    const header = basic('admin', 'pass:wörd');
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
      assert.equal((await authenticate(from(header, { tls: false, address }))).ok, true, address);
    }
    for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '127.0.0.1.evil']) {
      assert.deepEqual(
        await authenticate(from(header, { tls: false, address })),
        { ok: false, challenges: [] },
        address,
      );
    }
    const never = createAuthenticator({ users, hostName: 'HOST1', allowUnencrypted: 'never' });
    assert.equal((await never(from(header, { tls: false, address: '127.0.0.1' }))).ok, false);
    const always = createAuthenticator({ users, hostName: 'HOST1', allowUnencrypted: 'always' });
    assert.equal((await always(from(header, { tls: false }))).ok, true);
  });

  test('K2 a cached credential dies with the password or the account', async () => {
    await users.set('temp', 'one', 'operator');
    assert.equal((await authenticate(from(basic('temp', 'one')))).ok, true);
    assert.equal((await authenticate(from(basic('temp', 'one')))).ok, true);
    await users.set('temp', 'two', 'operator');
    assert.equal((await authenticate(from(basic('temp', 'one')))).ok, false);
    assert.equal((await authenticate(from(basic('temp', 'two')))).ok, true);
    await users.remove('temp');
    assert.equal((await authenticate(from(basic('temp', 'two')))).ok, false);
  });

  test('a role goes with the caller', async () => {
    const result = await authenticate(from(basic('eye', 'looking')));
    assert.equal(result.ok && result.caller.role, 'viewer');
  });
});

describe('users', () => {
  test('only a hash is stored, and it is found again', async () => {
    const kept = storage();
    await (await Users.open(kept, 'H')).set('bob', 'secret-word', 'operator');
    const text = JSON.stringify([...kept.users.values()]);
    assert.ok(!text.includes('secret-word'));
    const again = await Users.open(kept, 'H');
    assert.equal((await again.verify('bob', 'secret-word'))?.role, 'operator');
  });

  test('the role that an account has already is no change: nobody is logged out by it', async () => {
    const kept = storage();
    const users = await Users.open(kept, 'H');
    const bob = await users.set('bob', 'secret-word', 'operator');
    const changed: string[] = [];
    users.onChange(({ role }) => changed.push(role));
    assert.equal(await users.setRole('BOB', 'operator'), bob);
    assert.equal(users.get('bob'), bob);
    await users.setRole('bob', 'viewer');
    assert.deepEqual(changed, ['operator']);
  });

  test('names that could be mistaken for something else are refused', async () => {
    const users = await Users.open(storage(), 'H');
    for (const name of ['', 'a b', 'a\\b', 'a@b', 'a:b', '../x', 'x'.repeat(65), '-x', 'x\n']) {
      await assert.rejects(users.set(name, 'p', 'viewer'), RangeError, JSON.stringify(name));
    }
    await assert.rejects(users.set('ok', '', 'viewer'), RangeError);
  });
});

test('A-006 a password that is remembered is guessed no faster from its address; its owner is kept on connections of his own', async () => {
  const users = await Users.open(storage(), 'HOST1');
  await users.set('admin', 'right', 'administrator');
  let now = 0;
  const throttle = new Throttle({ free: 3, firstMs: 1000, longestMs: 1000, now: () => now, sleep: async () => {} });
  const authenticate = createAuthenticator({ users, hostName: 'HOST1', allowUnencrypted: 'loopback', throttle });
  const [owners, others] = [new Socket(), new Socket()];
  const attempt = async (password: string, socket: Socket): Promise<boolean> =>
    (await authenticate({ ...from(basic('admin', password)), socket })).ok;
  assert.equal(await attempt('right', owners), true);
  assert.equal(await attempt('right', others), true, 'remembered, and nobody guesses');
  for (let i = 0; i < 3; i += 1) assert.equal(await attempt(`wrong-${i}`, others), false);
  const guesses = await Promise.all(
    Array.from({ length: 30 }, (_, i) => attempt(i === 20 ? 'right' : `wrong-${i}`, others)),
  );
  assert.deepEqual(guesses.filter(Boolean), [], 'the right one among many at once is not judged');
  assert.equal(await attempt('right', owners), true, 'its owner goes on');
  assert.equal(await attempt('wrong', owners), false);
  assert.equal(await attempt('right', owners), false, 'a connection that brought a wrong one is like any other');
  now += 60_000;
  assert.equal(await attempt('right', others), true, 'when it is its turn it is let in');
});

test('Basic headers are read as clients write them', () => {
  assert.deepEqual(parseBasic('Basic YTpiOmM='), { name: 'a', password: 'b:c' });
  assert.deepEqual(parseBasic('  bAsIc   YTpi '), { name: 'a', password: 'b' });
  assert.deepEqual(parseBasic(`Basic ${Buffer.from('é:ü', 'latin1').toString('base64')}`), {
    name: 'é',
    password: 'ü',
  });
});

test('the credential cache forgets by time and by number', () => {
  let now = 0;
  const cache = new CredentialCache<number>({ lifetimeMs: 100, limit: 2, now: () => now });
  cache.set('a', 1);
  now = 99;
  assert.equal(cache.get('a'), 1);
  now = 100;
  assert.equal(cache.get('a'), undefined);
  cache.set('b', 2);
  cache.set('c', 3);
  cache.set('d', 4);
  assert.equal(cache.get('b'), undefined);
  assert.equal(cache.get('d'), 4);
});

test('random passwords are long and differ', () => {
  const made = new Set(Array.from({ length: 50 }, randomPassword));
  assert.equal(made.size, 50);
  for (const password of made) assert.match(password, /^[A-Za-z2-9]{24}$/);
});
