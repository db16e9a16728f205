import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoginAttempt } from '../../src/auth/authentication.ts';
import { RefusedLogins } from '../../src/daemon/refused-logins.ts';

const attempt = (address: string, user = 'admin'): LoginAttempt => ({
  ok: false,
  scheme: 'NTLM',
  user,
  address,
  tls: true,
  reason: 'not a token',
  requestId: null,
});

test('hardening 19, 30: a flood of refused log-ins is told as a number, it cannot turn the audit trail away', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: [string, string, number][] = [];
  const refused = new RefusedLogins({
    each: 3,
    windowMs: 60_000,
    addresses: 2,
    tell: ({ address, user }, more) => told.push([address, user, more]),
  });
  const each = (count: number, address: string): boolean[] =>
    Array.from({ length: count }, (_, i) => refused.isTold(attempt(address, `user${i}`)));
  assert.deepEqual(each(5, '192.0.2.1'), [true, true, true, false, false]);
  // Others are not silenced by it.
  assert.deepEqual(each(1, '192.0.2.2'), [true]);
  t.mock.timers.tick(60_000);
  assert.deepEqual(told, [['192.0.2.1', 'user4', 2]]);
  // A new window begins.
  assert.deepEqual(each(4, '192.0.2.1'), [true, true, true, false]);
  // More addresses than are remembered: the oldest is told early, and none is lost.
  each(1, '192.0.2.3');
  each(1, '192.0.2.4');
  assert.deepEqual(told.slice(1), [['192.0.2.1', 'user3', 1]]);
  each(4, '192.0.2.4');
  refused[Symbol.dispose]();
  assert.deepEqual(told.slice(2), [['192.0.2.4', 'user3', 2]]);
});

test('hardening 19, 30: the many addresses that a host of IPv6 has are told as one', () => {
  const told: number[] = [];
  {
    using refused = new RefusedLogins({ each: 3, tell: (_last, more) => told.push(more) });
    const each = Array.from({ length: 9 }, (_, i) => refused.isTold(attempt(`2001:db8::${i + 1}`)));
    assert.equal(each.filter(Boolean).length, 3);
  }
  assert.deepEqual(told, [6]);
});
