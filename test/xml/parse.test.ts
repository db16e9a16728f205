import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { attribute, child } from '../../src/xml/element.ts';
import { escapeXml } from '../../src/xml/escape.ts';
import { parseXml, XmlError } from '../../src/xml/parse.ts';

const reason = (source: string, options = {}): string => {
  try {
    parseXml(source, options);
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof XmlError);
    return error.reason;
  }
};

describe('XML reader', () => {
  test('names are resolved by namespace, whatever the prefix', () => {
    const root = parseXml('<q:a xmlns:q="urn:1" xmlns="urn:2" q:x="1" x="2"><b>t<![CDATA[<c/>]]></b></q:a>');
    assert.deepEqual([root.ns, root.local], ['urn:1', 'a']);
    assert.equal(attribute(root, 'x', 'urn:1'), '1');
    assert.equal(attribute(root, 'x'), '2');
    assert.equal(child(root, 'b', 'urn:2')?.text, 't<c/>');
  });

  test('document types and entities are refused, not read', () => {
    assert.equal(reason('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'), 'doctype');
    assert.equal(reason('<!DOCTYPE a><a/>'), 'doctype');
    assert.equal(reason('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', { doctype: 'skip' }), 'doctype');
    assert.equal(reason('<!DOCTYPE a SYSTEM "CIM_DTD_V20.dtd"><a/>', { doctype: 'skip' }), 'accepted');
    assert.equal(reason('<a>&e;</a>'), 'syntax');
  });

  test('a refusal says where: offset, and line and column of what cannot be read', () => {
    const refusal = (source: string, options = {}): readonly [number, string] => {
      try {
        parseXml(source, options);
      } catch (error) {
        if (error instanceof XmlError) return [error.position, error.message];
      }
      return assert.fail('accepted');
    };
    assert.deepEqual(refusal('<a>\r\n<b>&nbsp;</b></a>'), [
      7,
      '2:4: An entity or character reference is not one of XML.',
    ]);
    assert.deepEqual(refusal('<a>\n  \u0001</a>'), [6, '2:3: A character is not allowed in XML.']);
    assert.deepEqual(refusal('<a></b>'), [3, '1:4: A closing tag does not fit its opening tag.']);
    assert.deepEqual(refusal('<a><b><c/></b></a>', { depth: 2 }), [8, 'Elements are nested deeper than 2.']);
  });

  test('depth, elements, attributes and size are bounded', () => {
    assert.equal(reason('<a>'.repeat(65) + '</a>'.repeat(65)), 'limit');
    assert.equal(reason('<a>'.repeat(64) + '</a>'.repeat(64)), 'accepted');
    assert.equal(reason(`<a>${'<b/>'.repeat(10)}</a>`, { elements: 10 }), 'limit');
    assert.equal(reason(`<a ${Array.from({ length: 65 }, (_, i) => `a${i}="1"`).join(' ')}/>`), 'limit');
    assert.equal(reason(`<a>${'x'.repeat(100)}</a>`, { size: 100 }), 'limit');
  });

  // 16 MB of these took half a minute when every one was looked at after the first that is wrong.
  test('megabytes of references, line ends and half references are read or refused', () => {
    const many = 3_000_000;
    assert.equal(reason(`<a>${'&'.repeat(many)}</a>`), 'syntax');
    assert.equal(reason(`<a>${'&#1'.repeat(many)}</a>`), 'syntax');
    assert.equal(reason(`<a>&#${'0'.repeat(many)}65</a>`), 'syntax');
    assert.equal(parseXml(`<a>&#${'0'.repeat(many)}65;</a>`).text, 'A');
    assert.equal(parseXml(`<a>${'&lt;'.repeat(many)}</a>`).text, '<'.repeat(many));
    assert.equal(parseXml(`<a>${'\r'.repeat(many)}</a>`).text, '\n'.repeat(many));
    assert.equal(parseXml('<a>\r\r\n\n\r&#13;</a>').text, '\n\n\n\n\r');
    assert.equal(parseXml(`<${'a'.repeat(many)}${' '.repeat(many)}/>`).local.length, many);
  });

  test('whatever comes in, only an XmlError comes out', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((s) => `<a>${s}</a>`),
          fc.string().map((s) => `<a b="${s}"/>`),
        ),
        (source) => {
          assert.notEqual(reason(source), '');
        },
      ),
    );
  });
});

describe('XML escaping', () => {
  test('any text that XML can carry survives the round trip', () => {
    const carried = fc
      .string({ unit: 'binary' })
      .map((s) => s.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, '?'));
    fc.assert(
      fc.property(carried, (text) => {
        const root = parseXml(
          `<a b="${escapeXml(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}">${escapeXml(text)}</a>`,
        );
        assert.equal(root.text, text);
        assert.equal(attribute(root, 'b'), text);
      }),
    );
  });

  test('W-077 what XML cannot carry becomes a question mark', () => {
    assert.equal(escapeXml('a\u0000b\u001fc\ud800d\ufffe'), 'a?b?c?d?');
    assert.equal(escapeXml('tab\tlf\n\u{1F600}'), 'tab\tlf\n\u{1F600}');
  });
});
