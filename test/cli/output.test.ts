import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { EXIT, exitCodeOf, TimeoutError } from '../../src/cli/exit-codes.ts';
import { duration, jsonText, printable, table } from '../../src/cli/print/output.ts';
import { encodePng } from '../../src/png/encode.ts';
import { UsageError } from '../../src/cli/connect.ts';
import { WsmanFault } from '../../src/client/client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import { ConnectionError } from '../../src/client/connection.ts';
import { refusalText } from '../../src/client/return-values.ts';
import { AmbiguousNameError, NotFoundError } from '../../src/client/by-name.ts';

/** Whatever a terminal obeys instead of showing it: C0, DEL, C1, and what turns the direction or ends the line. */
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe('output', () => {
  test('printable shows what a terminal would obey, and leaves every other text alone', () => {
    assert.equal(printable('web1 Ω "x" 🖥'), 'web1 Ω "x" 🖥');
    assert.equal(printable('a\u001b[31mb\r\nc\u009bd'), 'a\\x1b[31mb\\x0d\\x0ac\\x9bd');
    assert.equal(printable('gpj.\u202eexe'), 'gpj.\\u202eexe');
    assert.equal(printable('1\u061c2'), '1\\u061c2');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !OBEYED.test(printable(text))));
  });

  test('JSON is whole and harmless', () => {
    assert.equal(jsonText('1\u061c2'), String.raw`"1\u061c2"`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = jsonText({ name: text });
        assert.deepEqual(JSON.parse(json), { name: text });
        assert.doesNotMatch(json.replaceAll('\n', ''), OBEYED);
      }),
    );
  });

  test('a table is as wide as its widest cell', () => {
    assert.equal(table(['name', 'state'], [['a-long-name', 'Off'], ['b']]), 'NAME         STATE\na-long-name  Off\nb');
  });

  test('durations', () => {
    assert.deepEqual([0, 61_000, 90_061_000].map(duration), ['00:00:00', '00:01:01', '1d 01:01:01']);
  });

  test('a picture of the wrong size is refused', async () => {
    await assert.rejects(encodePng(Buffer.alloc(3), 2, 1), /3 bytes instead of 4/);
    const png = await encodePng(Buffer.from([0xff, 0xff, 0, 0]), 2, 1);
    assert.equal(png.subarray(12, 16).toString(), 'IHDR');
  });
});

describe('return values in words (jobs-and-errors §1)', () => {
  for (const [value, reason, expected] of [
    [
      32775,
      'It is off. Start it first.',
      'M answered 32775 (invalid state for this operation): It is off. Start it first.',
    ],
    [32774, null, 'M answered 32774 (system is in use).'],
    [5, '', 'M answered 5 (invalid state).'],
    [40_000, null, 'M answered 40000.'],
  ] as const) {
    test(expected, () => assert.equal(refusalText('M', value, reason), expected));
  }
});

describe('exit codes (docs/cli.md)', () => {
  for (const [error, code] of [
    [new UsageError('x'), EXIT.usage],
    [new AmbiguousNameError('x', ['1', '2']), EXIT.usage],
    [new NotFoundError('x'), EXIT.notFound],
    [new TimeoutError('x'), EXIT.timeout],
    [new ConnectionError('x', 401), EXIT.denied],
    [new ConnectionError('x', 413), EXIT.failed],
    [new ConnectionError('x'), EXIT.failed],
    [new WsmanFault('DestinationUnreachable', 0, 'x'), EXIT.notFound],
    [new WsmanFault('AccessDenied', 5, 'x'), EXIT.denied],
    [new WsmanFault('TimedOut', 0, 'x'), EXIT.timeout],
    [new WsmanFault('CannotProcessFilter', 0, 'x'), EXIT.usage],
    [new WsmanFault('InternalError', 0, 'x'), EXIT.failed],
    [new MethodError('x', 32769, null), EXIT.denied],
    [new MethodError('x', 32772, null), EXIT.timeout],
    [new MethodError('x', 32773, null), EXIT.usage],
    [new MethodError('x', 32774, null), EXIT.conflict],
    [new MethodError('x', 32775, null), EXIT.conflict],
    [new MethodError('x', 32776, null), EXIT.usage],
    [new MethodError('x', 32779, null), EXIT.failed],
    [new MethodError('the file does not exist. (0x80070002)', 32779, null), EXIT.notFound],
    [new MethodError('the folder does not exist. (0x80070003)', 32779, null), EXIT.notFound],
    [new MethodError('the file does not exist. (0x80070002)', 32773, null), EXIT.usage],
    [new MethodError('x', 32768, null), EXIT.failed],
    [new TypeError('x'), EXIT.failed],
  ] as const) {
    const detail = 'returnValue' in error ? error.returnValue : 'subcode' in error ? error.subcode : '';
    test(`${error.name} ${detail}: ${code}`, () => assert.equal(exitCodeOf(error), code));
  }
});
