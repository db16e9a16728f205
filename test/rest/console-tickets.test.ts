import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConsoleTickets } from '../../src/rest/console/tickets.ts';

const GRANT = { user: 'HOST\\admin', machine: 'A', wanted: { kind: 'screen' } } as const;

describe('23 console tickets', () => {
  test('one is good once', () => {
    const tickets = new ConsoleTickets();
    const ticket = tickets.issue(GRANT) ?? assert.fail('a ticket');
    const { until: _, ...grant } = { until: 0, ...tickets.redeem(ticket) };
    assert.deepEqual({ user: grant.user, machine: grant.machine, wanted: grant.wanted }, GRANT);
    assert.equal(tickets.redeem(ticket), undefined);
  });

  test('one is good for 30 s', () => {
    let now = 0;
    const tickets = new ConsoleTickets(() => now);
    const [young, old] = [tickets.issue(GRANT) ?? '', tickets.issue(GRANT) ?? ''];
    now = 29_999;
    assert.notEqual(tickets.redeem(young), undefined);
    now = 30_000;
    assert.equal(tickets.redeem(old), undefined);
  });

  test('an account that uses none gets no more, until they are over; others do', () => {
    let now = 0;
    const tickets = new ConsoleTickets(() => now);
    for (let n = 0; n < 32; n++) assert.notEqual(tickets.issue(GRANT), undefined);
    assert.equal(tickets.issue(GRANT), undefined);
    assert.notEqual(tickets.issue({ ...GRANT, user: 'HOST\\other' }), undefined);
    now = 30_000;
    assert.notEqual(tickets.issue(GRANT), undefined);
  });

  test('what is not a ticket is good for nothing', () => {
    assert.equal(new ConsoleTickets().redeem(''), undefined);
  });
});
