import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LoginAttempt } from '../../src/auth/authentication.ts';
import { createAuthenticator } from '../../src/auth/authenticator.ts';
import { Lockout } from '../../src/auth/lockout.ts';
import { Throttle } from '../../src/auth/throttle.ts';
import { Users } from '../../src/auth/users.ts';

describe('lockout', () => {
  let now = 0;
  const lockout = (after = 3): Lockout => new Lockout({ after, forMs: 1000, now: () => now });
  const address = (i: number): string => `192.0.2.${i}`;

  test('A-006 wrong passwords from whatever addresses lock an account, for a time', () => {
    const locks = lockout();
    assert.deepEqual(
      [1, 2, 3].map(() => locks.failed('Admin', '192.0.2.99')),
      [false, false, true],
    );
    assert.equal(locks.locked('admin', address(9)), true);
    assert.equal(locks.locked('other', address(9)), false);
    now += 1001;
    assert.equal(locks.locked('admin', address(9)), false);
  });

  test('failures far apart lock nobody', () => {
    const locks = lockout();
    for (let i = 0; i < 20; i += 1) {
      assert.equal(locks.failed('admin', '192.0.2.99'), false);
      now += 1001;
    }
  });

  test('the owner keeps the addresses he was let in from', () => {
    const locks = lockout();
    locks.succeeded('admin', address(1));
    for (let i = 0; i < 3; i += 1) locks.failed('admin', '192.0.2.99');
    assert.equal(locks.locked('admin', address(1)), false);
    assert.equal(locks.locked('admin', address(2)), true);
  });

  test('an owner who logs in all the while neither spoils the count of what others guess nor opens the lock for them', () => {
    const locks = lockout();
    locks.succeeded('admin', address(1));
    for (let i = 0; i < 3; i += 1) {
      assert.equal(locks.failed('admin', address(50 + i)), i === 2);
      locks.succeeded('admin', address(1));
    }
    assert.equal(locks.locked('admin', address(9)), true);
    assert.equal(locks.locked('admin', address(1)), false);
  });

  test('wrong passwords where the owner is known lock out nobody elsewhere', () => {
    const locks = lockout();
    locks.succeeded('admin', address(1));
    for (let i = 0; i < 9; i += 1) assert.equal(locks.failed('admin', address(1)), false);
    assert.equal(locks.locked('admin', address(2)), false);
  });

  test('a host is known by its network: its next temporary address is let in as well', () => {
    const locks = lockout();
    locks.succeeded('admin', '2001:db8:0:1::1');
    for (let i = 0; i < 3; i += 1) locks.failed('admin', '192.0.2.99');
    assert.equal(locks.locked('admin', '2001:db8:0:1:aaaa::2'), false);
    assert.equal(locks.locked('admin', '2001:db8:0:2::1'), true);
  });

  test('0 locks nobody; memory is bounded', () => {
    const off = lockout(0);
    for (let i = 0; i < 100; i += 1) assert.equal(off.failed('admin', '192.0.2.99'), false);
    const small = new Lockout({ after: 1, forMs: 1000, limit: 2, now: () => now });
    for (const name of ['a', 'b', 'c']) small.failed(name, '192.0.2.99');
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => small.locked(name, address(1))),
      [false, true, true],
    );
  });
});

test('A-006 a crowd of invented names makes nobody forget the guesses at a real one', async () => {
  const isAccount = (name: string): boolean => name === 'admin';
  const lockout = new Lockout({ after: 3, limit: 10, isAccount });
  const throttle = new Throttle({ free: 2, limit: 10, isAccount, now: () => 0, sleep: async () => {} });
  const crowd = async (): Promise<void> => {
    for (let i = 0; i < 100; i += 1) {
      lockout.failed(`nobody-${i}`, '192.0.2.99');
      await throttle.admit('192.0.2.1', `nobody-${i}`);
      throttle.failed('192.0.2.1', `nobody-${i}`);
    }
  };
  for (let i = 0; i < 3; i += 1) {
    await crowd();
    assert.equal(lockout.failed('admin', '192.0.2.99'), i === 2, `guess ${i + 1} of 3`);
    throttle.failed('192.0.2.1', 'admin');
  }
  await crowd();
  assert.equal(lockout.locked('admin', '192.0.2.9'), true);
  const admitted: boolean[] = [];
  for (let i = 0; i < 9; i += 1) admitted.push(await throttle.admit('192.0.2.1', 'admin'));
  assert.ok(admitted.includes(false), 'the throttle remembers them too');
});

/** An account that is locked after two wrong passwords, who tries to log in to it, and what the trail hears of that. */
const guessed = async () => {
  const users = await Users.open({ load: async () => [], save: async () => {}, remove: async () => {} }, 'HOST1');
  await users.set('admin', 'right', 'administrator');
  const told: LoginAttempt[] = [];
  const authenticate = createAuthenticator({
    users,
    hostName: 'HOST1',
    allowUnencrypted: 'loopback',
    lockout: new Lockout({ after: 2 }),
    onAttempt: (attempt) => void told.push(attempt),
  });
  const attempt = async (password: string, remoteAddress: string): Promise<boolean> => {
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    return (await authenticate({ authorization, remoteAddress, tls: true })).ok;
  };
  return { users, told, attempt };
};

test('A-006 a locked account is refused without a look at the password, but not on loopback; every attempt is told', async () => {
  const { users, told, attempt } = await guessed();
  assert.equal(await attempt('right', '192.0.2.1'), true);
  assert.equal(await attempt('wrong', '192.0.2.2'), false);
  assert.equal(await attempt('wrong', '192.0.2.3'), false);
  assert.equal(await attempt('wrong', '192.0.2.4'), false);
  assert.deepEqual(
    told.map(({ ok, user, address, reason }) => [ok, user, address, reason]),
    [
      [true, 'HOST1\\admin', '192.0.2.1', null],
      [false, 'admin', '192.0.2.2', 'wrong name or password'],
      [false, 'admin', '192.0.2.3', 'wrong name or password'],
      [false, 'admin', '192.0.2.3', 'the account is now locked'],
      [false, 'admin', '192.0.2.4', 'the account is locked after too many wrong passwords'],
    ],
  );
  const fresh = createAuthenticator({
    users,
    hostName: 'HOST1',
    allowUnencrypted: 'loopback',
    lockout: new Lockout({ after: 1 }),
  });
  const right = `Basic ${Buffer.from('admin:right').toString('base64')}`;
  const wrong = `Basic ${Buffer.from('admin:wrong').toString('base64')}`;
  await fresh({ authorization: wrong, remoteAddress: '192.0.2.5', tls: true });
  assert.equal((await fresh({ authorization: right, remoteAddress: '192.0.2.5', tls: true })).ok, false);
  assert.equal((await fresh({ authorization: right, remoteAddress: '127.0.0.1', tls: true })).ok, true);
});

test('A-006 what its owner is logged in by helps nobody who guesses elsewhere, and the trail tells each address', async () => {
  const { told, attempt } = await guessed();
  assert.equal(await attempt('right', '192.0.2.1'), true);
  assert.equal(await attempt('right', '192.0.2.2'), true);
  assert.equal(await attempt('right', '192.0.2.1'), true, 'remembered');
  assert.deepEqual(
    told.map(({ ok, address }) => [ok, address]),
    [
      [true, '192.0.2.1'],
      [true, '192.0.2.2'],
    ],
  );
  assert.equal(await attempt('wrong', '192.0.2.3'), false);
  assert.equal(await attempt('wrong', '192.0.2.4'), false);
  assert.equal(await attempt('right', '192.0.2.5'), false, 'the lock holds for a right guess too');
  assert.equal(await attempt('right', '192.0.2.1'), true, 'its owner goes on');
});

test('A-006 every spelling of an account is one account to whoever counts guesses, and so is one that is not there', async () => {
  const users = await Users.open({ load: async () => [], save: async () => {}, remove: async () => {} }, 'HOST1.lan');
  await users.set('admin', 'right', 'administrator');
  const guess = async (name: string): Promise<readonly (string | null)[]> => {
    const told: LoginAttempt[] = [];
    const authenticate = createAuthenticator({
      users,
      hostName: 'HOST1.lan',
      allowUnencrypted: 'never',
      throttle: new Throttle({ free: 4, sleep: async () => {} }),
      lockout: new Lockout({ after: 5 }),
      onAttempt: (attempt) => void told.push(attempt),
    });
    const spellings = [
      name,
      `HOST1\\${name.toUpperCase()}`,
      `.\\${name}`,
      `${name}@host1.a`,
      `host1.b.c\\${name}`,
      `LOCALHOST\\${name}`,
      `WORKGROUP\\${name}`,
    ];
    for (const [i, spelling] of spellings.entries()) {
      const authorization = `Basic ${Buffer.from(`${spelling}:wrong`).toString('base64')}`;
      const remoteAddress = `192.0.2.${i}`;
      assert.equal((await authenticate({ authorization, remoteAddress, tls: true })).ok, false);
    }
    return told.map(({ reason }) => reason);
  };
  const wrong = 'wrong name or password';
  const expected = [
    ...[wrong, wrong, wrong, wrong, wrong, 'the account is now locked'],
    ...['the account is locked after too many wrong passwords', 'the account is locked after too many wrong passwords'],
  ];
  assert.deepEqual(await guess('admin'), expected);
  assert.deepEqual(await guess('nobody'), expected);

  const slow = new Throttle({ free: 2, now: () => 0, sleep: async () => {} });
  const admitted: string[] = [];
  const authenticate = createAuthenticator({
    users,
    hostName: 'HOST1.lan',
    allowUnencrypted: 'never',
    throttle: slow,
    onAttempt: ({ reason }) => void admitted.push(reason ?? ''),
  });
  for (let i = 0; i < 10; i += 1) {
    const authorization = `Basic ${Buffer.from(`host1.${i}\\admin:wrong`).toString('base64')}`;
    await authenticate({ authorization, remoteAddress: '192.0.2.77', tls: true });
  }
  assert.ok(admitted.includes('too many attempts'), JSON.stringify(admitted));
});
