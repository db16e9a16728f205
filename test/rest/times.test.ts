import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDateTime, timestampOfMs } from '../../src/cim/datetime/cim-datetime.ts';
import { isoTimestamp } from '../../src/cim/datetime/iso.ts';
import { CimInstance } from '../../src/cim/instance.ts';
import type { CimClass } from '../../src/cim/schema.ts';
import { datetimeText } from '../../src/core/systems/datetime.ts';
import { time } from '../../src/rest/management/values.ts';

const told = (cim: string): string | null => time(new CimInstance({} as CimClass, { At: cim }), 'At');

/** By the calendar of the CIM types, which knows every year and offset. */
const byCalendar = (cim: string): string | null => {
  const value = parseDateTime(cim);
  if (value === undefined || value.kind !== 'timestamp') return null;
  const iso = isoTimestamp(value.micros, 0);
  return iso.startsWith('1601-') ? null : iso;
};

test('times are told as the calendar has them, whichever way they are read', () => {
  const instant = fc.integer({ min: Date.UTC(1601, 0, 2), max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(instant, fc.constantFrom('+000', '-000', '+060', '-480'), (ms, zone) => {
      const cim = timestampOfMs(ms).replace(/....$/, zone);
      assert.equal(told(cim), byCalendar(cim));
    }),
  );
  const digits = (length: number, max: number) =>
    fc.integer({ min: 0, max }).map((value) => String(value).padStart(length, '0'));
  const text = fc
    .tuple(digits(2, 99), digits(2, 13), digits(2, 32), digits(2, 25), digits(2, 61), digits(2, 61), digits(6, 999_999))
    .map(
      ([year, month, day, hour, minute, second, micros]) =>
        `20${year}${month}${day}${hour}${minute}${second}.${micros}+000`,
    );
  fc.assert(
    fc.property(text, (cim) => assert.equal(told(cim), byCalendar(cim))),
    { numRuns: 3000 },
  );
});

test('a time that was told is told again, after more of them than are kept, and what is none is none', () => {
  const first = timestampOfMs(Date.UTC(2026, 10, 30, 8));
  for (let round = 0; round < 2; round++) {
    assert.equal(told(first), '2026-11-30T08:00:00Z');
    assert.equal(told('20261330080000.000000+000'), null);
    assert.equal(told('x'.repeat(10_000)), null);
    for (let second = 0; second < 5000; second++) told(timestampOfMs(second * 1000));
  }
});

test('instants of the domain are written as the calendar writes them, with the offset of Hyper-V hosts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) }), (ms) =>
      assert.equal(datetimeText(ms), timestampOfMs(ms).replace(/....$/, '-000')),
    ),
  );
});
