import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { civilFromDays, daysFromCivil } from '../../src/cim/datetime/calendar.ts';
import {
  compareDateTimes,
  fileTimeOfMs,
  formatInterval,
  formatTimestamp,
  intervalOfMs,
  msOfDateTime,
  parseDateTime,
  timestampOfMs,
} from '../../src/cim/datetime/cim-datetime.ts';
import { toCimDateTime, toIso } from '../../src/cim/datetime/iso.ts';
import { parseLooseDate } from '../../src/cim/datetime/loose-date.ts';

const compare = (a: string, b: string): number | undefined => {
  const x = parseDateTime(a);
  const y = parseDateTime(b);
  assert.ok(x !== undefined && y !== undefined);
  return compareDateTimes(x, y);
};

describe('CIM datetimes', () => {
  test('a timestamp keeps its microseconds and offset', () => {
    const value = parseDateTime('20140403144550.468751+480');
    assert.ok(value?.kind === 'timestamp');
    assert.equal(value.offset, 480);
    assert.equal(formatTimestamp(value.micros, value.offset), '20140403144550.468751+480');
    assert.equal(formatTimestamp(value.micros), '20140403064550.468751+000');
  });

  test('an interval', () => {
    assert.equal(formatInterval(100_000_000n), '00000000000140.000000:000');
    assert.equal(msOfDateTime('00000001020304.500000:000'), (86400 + 2 * 3600 + 3 * 60 + 4) * 1000 + 500);
    assert.equal(intervalOfMs(-5), '00000000000000.000000:000');
  });

  for (const bad of [
    '',
    '2014',
    '20141303144550.468751+480',
    '20140230144550.468751+480',
    '20140403244550.468751+480',
    '20140403144550,468751+480',
    '00000000240000.000000:000',
    '00000000000000.000000:001',
    '2014*4031445**.******+000',
  ]) {
    test(`no datetime: ${JSON.stringify(bad)}`, () => assert.equal(parseDateTime(bad), undefined));
  }

  test('Q-040 offsets count: the same instant in two zones is equal', () => {
    assert.equal(compare('20140403144550.000000+480', '20140403064550.000000+000'), 0);
    assert.equal(compare('20140403144550.000000+000', '20140403144550.000000+060'), 1);
    assert.equal(compare('00000001000000.000000:000', '00000000235959.999999:000'), 1);
    assert.equal(compare('00000001000000.000000:000', '20140403144550.000000+000'), undefined);
  });

  test('unknown fields compare up to the known precision', () => {
    assert.equal(compare('20140403******.******+000', '20140403144550.000000+000'), 0);
    assert.equal(compare('20140403******.******+000', '20140404000000.000000+000'), -1);
    assert.equal(compare('201404********.******+000', '20140331235959.000000+000'), 1);
    assert.equal(compare('20140403144550.******+000', '20140403144550.999999+000'), 0);
  });

  test('W-071 W-072 ISO forms of WS-Management', () => {
    assert.deepEqual(toIso('20140403144550.468750+480'), {
      element: 'Datetime',
      text: '2014-04-03T14:45:50.46875+08:00',
    });
    assert.deepEqual(toIso('20140403144550.000000+000'), { element: 'Datetime', text: '2014-04-03T14:45:50Z' });
    assert.deepEqual(toIso('20140403144550.000000-210'), { element: 'Datetime', text: '2014-04-03T14:45:50-03:30' });
    assert.deepEqual(toIso('00000000000140.000000:000'), { element: 'Interval', text: 'P0DT0H1M40S' });
    assert.deepEqual(toIso('00000002000140.250000:000'), { element: 'Interval', text: 'P2DT0H1M40.25S' });
    assert.deepEqual(toIso('20140403******.******+000'), {
      element: 'CIM_DateTime',
      text: '20140403******.******+000',
    });
  });

  test('ISO input in its spellings', () => {
    assert.equal(toCimDateTime('2014-04-03T14:45:50.46875+08:00'), '20140403144550.468750+480');
    assert.equal(toCimDateTime(' 2014-04-03T14:45:50Z '), '20140403144550.000000+000');
    assert.equal(toCimDateTime('2014-04-03'), '20140403000000.000000+000');
    assert.equal(toCimDateTime('PT30S'), '00000000000030.000000:000');
    assert.equal(toCimDateTime('P0DT0H1M40S'), '00000000000140.000000:000');
    assert.equal(toCimDateTime('PT100S'), '00000000000140.000000:000');
    for (const bad of ['P', 'PT', 'soon', '2014-13-03T14:45:50Z', 'P1Y', '2014-04-03T25:00:00Z'])
      assert.equal(toCimDateTime(bad), undefined, bad);
  });

  const noon = '19320121000000.000000+000';
  for (const text of [
    '21 January 1932',
    'January 21, 1932',
    'Jan 21, 32',
    '21 Jan 1932',
    '1/21/1932',
    '21/1/1932',
    '01-21-1932',
    '1.21.32',
    '1932-01-21',
    '1932/1/21',
    '19320121',
    'jan. 21 1932',
  ]) {
    test(`Q-041 loose date ${text}`, () => {
      const value = parseLooseDate(text, () => 0);
      const day = noon;
      assert.equal(value === undefined ? '' : formatTimestamp(value.micros), day);
    });
  }

  test('Q-041 times after a date, server zone applied', () => {
    const at = (text: string, zone = 0): string => {
      const v = parseLooseDate(text, () => zone);
      return v === undefined ? 'none' : formatTimestamp(v.micros);
    };
    assert.equal(at('2/3/2020 3:23'), '20200203032300.000000+000');
    assert.equal(at('2/3/2020 3:23:00 PM'), '20200203152300.000000+000');
    assert.equal(at('20200203 4PM'), '20200203160000.000000+000');
    assert.equal(at('2/3/2020 12AM'), '20200203000000.000000+000');
    assert.equal(at('2/3/2020 12:30', 120), '20200203103000.000000+000');
    assert.equal(at('2/3/29'), '20290203000000.000000+000');
    for (const bad of [
      '3:23',
      '13/32/2020',
      '2/30/2020',
      '2/3/2020 25:00',
      '2/3/2020 13PM',
      'Foo 3 2020',
      '2/3/2020 7',
      '',
    ])
      assert.equal(at(bad), 'none', bad);
  });

  test('FILETIME of TIME_CREATED', () => {
    assert.equal(fileTimeOfMs(0), 116_444_736_000_000_000n);
    assert.equal(fileTimeOfMs(1.5), 116_444_736_000_015_000n);
  });

  test('days and dates agree with each other over all years', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (days) => {
        const { year, month, day } = civilFromDays(days);
        assert.equal(daysFromCivil(year, month, day), days);
        const date = new Date(0);
        date.setUTCFullYear(year, month - 1, day);
        assert.equal(date.getTime() / 86_400_000, days);
      }),
    );
  });

  test('timestamps and intervals survive format and parse, CIM and ISO', () => {
    const micros = fc.bigInt({
      min: -62_167_219_200_000_000n + 86_400_000_000n,
      max: 253_402_300_799_999_999n - 86_400_000_000n,
    });
    fc.assert(
      fc.property(micros, fc.integer({ min: -720, max: 720 }), (value, offset) => {
        const text = formatTimestamp(value, offset);
        const read = parseDateTime(text);
        assert.equal(read?.micros, value);
        assert.equal(toCimDateTime(toIso(text).text), text);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 8_639_999_999_999_999_999n }), (value) => {
        const text = formatInterval(value);
        assert.equal(parseDateTime(text)?.micros, value);
        assert.equal(toCimDateTime(toIso(text).text), text);
      }),
    );
    assert.equal(timestampOfMs(1.25), '19700101000000.001250+000');
  });
});
