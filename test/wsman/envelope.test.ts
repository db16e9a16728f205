import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeText, encodedLength, encodeText } from '../../src/http/charset.ts';
import { decodeEnvelope } from '../../src/wsman/envelope/charset.ts';
import { formatDuration, parseDuration } from '../../src/wsman/envelope/duration.ts';
import { readRequest } from '../../src/wsman/envelope/request.ts';
import { parseResourceUri } from '../../src/wsman/envelope/resource-uri.ts';
import { openEnvelope } from '../../src/wsman/envelope/soap.ts';
import { WsmanFault } from '../../src/wsman/faults/fault.ts';
import { elementText } from '../../src/wsman/objects/xml-text.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { enumerateRequest, WMI } from './kit/envelopes.ts';

const onlyFaults = (run: () => unknown): void => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WsmanFault)) throw error;
  }
};

describe('envelope codecs', () => {
  for (const [text, milliseconds] of [
    ['PT60.000S', 60_000],
    ['PT0.5S', 500],
    ['P1W', 604_800_000],
    ['P0DT0H1M40S', 100_000],
    ['P0Y0M0W0DT1H0M0S', 3_600_000],
    ['P1Y', 31_536_000_000],
    ['-PT5S', -5000],
    ['PT3759670629.777S', 3_759_670_629_777],
  ] as const) {
    test(`W-019 duration ${text}`, () => assert.equal(parseDuration(text), milliseconds));
  }

  test('W-019 what is printed is read back; anything else is a number or null', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => parseDuration(formatDuration(ms)) === ms));
    fc.assert(
      fc.property(fc.string(), (text) => {
        const value = parseDuration(text);
        return value === null || Number.isFinite(value);
      }),
    );
  });

  test('W-002 every text survives both charsets, and its length is known before', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('utf-8' as const, 'utf-16' as const),
        (tail, charset) => {
          const text = `<a>${tail}</a>`;
          const bytes = encodeText(text, charset);
          assert.deepEqual(decodeText(bytes, undefined), { text, charset });
          assert.equal(encodedLength(text, charset), bytes.length - (charset === 'utf-16' ? 2 : 0));
        },
      ),
    );
  });

  test('hardening 6: bytes mean one thing or are refused, whatever their label says', () => {
    const text = '<a>\u00e9</a>';
    for (const label of ['utf-8', 'UTF-16', 'utf-16le', '"utf-8"', '']) {
      const type = `application/soap+xml;charset=${label}`;
      assert.equal(decodeText(Buffer.from(text, 'utf16le'), type).text, text);
      assert.equal(decodeText(Buffer.from(`\uFEFF${text}`, 'utf8'), type).text, text);
    }
    assert.throws(() => decodeEnvelope(Buffer.from([0x3c, 0xff, 0xfe]), 'text/xml'), WsmanFault);
    assert.throws(() => decodeEnvelope(Buffer.from([0x3c, 0x00, 0x00, 0xd8]), 'text/xml'), WsmanFault);
    assert.throws(() => decodeEnvelope(Buffer.from(text), 'text/xml;charset=utf-7'), WsmanFault);
    for (const declared of ['utf-7', 'UTF-32', 'utf-8x', 'iso-8859-1'])
      assert.throws(
        () => decodeEnvelope(Buffer.from(`<?xml version="1.0" encoding="${declared}"?><a/>`), ''),
        WsmanFault,
      );
  });

  test('any bytes end in a request or in a fault, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
        onlyFaults(() => readRequest(openEnvelope(bytes, undefined))),
      ),
    );
    const valid = enumerateRequest(`${WMI}/*`, {
      query: 'SELECT * FROM Msvm_ComputerSystem',
      selectors: { A: 'b' },
      options: [['x', 'y']],
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: valid.length }),
        fc.integer({ min: 0, max: 40 }),
        fc.string({ maxLength: 12 }),
        (from, length, insert) =>
          onlyFaults(() =>
            readRequest(
              openEnvelope(Buffer.from(valid.slice(0, from) + insert + valid.slice(from + length)), undefined),
            ),
          ),
      ),
      { numRuns: 500 },
    );
  });

  test('any resource URI is one of the families or InvalidResourceURI', () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.constantFrom(
            '',
            `${WMI}/`,
            'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/',
            'http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/',
          ),
          fc.string(),
        ),
        ([root, tail]) => {
          try {
            const { resource } = parseResourceUri(root + tail);
            if ('className' in resource) assert.match(resource.className, /^(?:\*|[\p{L}\p{N}\p{M}\p{S}\p{P}_]+)$/u);
          } catch (error) {
            assert.ok(error instanceof WsmanFault && error.fault === 'invalidResourceUri');
          }
        },
      ),
    );
  });

  test('an element is written back with the same meaning', () => {
    const text =
      '<a:x xmlns:a="urn:a" xmlns:b="urn:b" b:k="1 &lt; 2" k="v"><b:y>t &amp; u</b:y><z/><a:w><a:v xmlns:b="urn:c" b:n=""/></a:w></a:x>';
    const strip = (e: ReturnType<typeof parseXml>): unknown => [
      e.ns,
      e.local,
      e.attributes,
      e.children.length === 0 ? e.text : e.children.map(strip),
    ];
    assert.deepEqual(strip(parseXml(elementText(parseXml(text)))), strip(parseXml(text)));
  });
});
