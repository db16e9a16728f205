import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PowerState } from '../../src/core/model.ts';
import { type AdmissionFacts, admit, TRANSITIONS, verdictOf } from '../../src/core/systems/power.ts';

/** lifecycle §2, "Result of a request by current state", row by row; what is no J is 32775. */
const ACCEPTED: Readonly<Record<PowerState, Readonly<Record<number, string>>>> = {
  off: { 2: 'start' },
  running: { 3: 'turnOff', 4: 'shutdown', 6: 'save', 9: 'pause', 10: 'reboot', 11: 'reset' },
  paused: { 2: 'resume', 3: 'turnOff', 6: 'save', 11: 'reset' },
  saved: { 2: 'restore', 3: 'discard' },
  starting: { 3: 'turnOff' },
  stopping: { 3: 'turnOff' },
  saving: {},
  pausing: { 3: 'turnOff' },
  resuming: { 3: 'turnOff' },
  resetting: { 3: 'turnOff' },
  pausedCritical: { 2: 'resume', 3: 'turnOff', 11: 'reset' },
  unknown: { 3: 'turnOff' },
};
const STATES = Object.keys(ACCEPTED) as PowerState[];

const facts = (power: PowerState, changes: Partial<AdmissionFacts> = {}): AdmissionFacts => ({
  kind: 'realized',
  power,
  exclusive: false,
  guestShutdown: true,
  guestReboot: true,
  ...changes,
});

describe('lifecycle §2: every pair of state and request', () => {
  for (const state of STATES) {
    for (const request of [2, 3, 4, 6, 9, 10, 11]) {
      const verb = ACCEPTED[state][request];
      test(`${state} and ${request}: ${verb ?? 'invalid state'}`, () => {
        const verdict = admit(facts(state), request);
        if (verb === undefined) assert.equal(verdict.kind === 'refused' && verdict.code, 'invalidState');
        else assert.deepEqual(verdict, { kind: 'accepted', verb });
      });
    }
    test(`${state}: numbers that only the host uses are an invalid state, unknown ones an invalid parameter`, () => {
      for (const request of [7, 8, 32773, 32776, 32777, 32779, 32780]) {
        const verdict = verdictOf(state, request);
        assert.equal(verdict.kind === 'refused' && verdict.code, 'invalidState', String(request));
      }
      for (const request of [0, 1, 5, 12, 13, 99, 65_535, -1, 2.5, Number.NaN]) {
        const verdict = verdictOf(state, request);
        assert.equal(verdict.kind === 'refused' && verdict.code, 'invalidParameter', String(request));
      }
    });
  }
});

describe('lifecycle §2: what else decides', () => {
  test('an exclusive operation answers 32774 to what would be allowed, 32775 to what would not', () => {
    const busy = admit(facts('running', { exclusive: true }), 3);
    assert.equal(busy.kind === 'refused' && busy.code, 'inUse');
    const wrong = admit(facts('off', { exclusive: true }), 3);
    assert.equal(wrong.kind === 'refused' && wrong.code, 'invalidState');
  });
  test('a planned system answers 32775, and 32773 to an unknown number', () => {
    const verdict = admit(facts('off', { kind: 'planned' }), 2);
    assert.equal(verdict.kind === 'refused' && verdict.code, 'invalidState');
    const unknown = admit(facts('off', { kind: 'planned' }), 99);
    assert.equal(unknown.kind === 'refused' && unknown.code, 'invalidParameter');
  });
  test('shut down needs the component, restart needs a guest that answers', () => {
    const shutdown = admit(facts('running', { guestShutdown: false }), 4);
    assert.equal(shutdown.kind === 'refused' && shutdown.code, 'invalidState');
    const reboot = admit(facts('running', { guestReboot: false }), 10);
    assert.equal(reboot.kind === 'refused' && reboot.code, 'invalidState');
  });
  test('note a: job types that go-wmi looks for', () => {
    const types = Object.fromEntries(Object.entries(TRANSITIONS).map(([verb, row]) => [verb, row.jobType]));
    assert.deepEqual(types, {
      start: 12,
      restore: 12,
      resume: 21,
      turnOff: 13,
      discard: 13,
      shutdown: 16,
      save: 14,
      pause: 20,
      reboot: 29,
      reset: 28,
    });
  });
});
