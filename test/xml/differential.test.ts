import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { XmlElement } from '../../src/xml/element.ts';
import { parseXml, XmlError } from '../../src/xml/parse.ts';
import { readBySaxes } from './saxes-reader.ts';

const read = (source: string): XmlElement | null => {
  try {
    return parseXml(source);
  } catch (error) {
    assert.ok(error instanceof XmlError, String(error));
    return null;
  }
};

/** Pieces that XML is made of, right and wrong; put together at random they meet every rule of the grammar. */
const PIECES = [
  ...[
    '<a>',
    '</a>',
    '<a/>',
    '<p:a>',
    '</p:a>',
    '<p:a',
    '<a',
    '<é>',
    '</é>',
    '<a b="',
    '"',
    "'",
    '>',
    '/>',
    '<',
    '</',
    '/',
  ],
  ...[' ', '\n', '\r\n', '\t', '\r', '=', ' b="1"', " b='2'", ' p:b="3"', ' q:b="4"', ' xmlns="urn:d"', ' xmlns=""'],
  ...[
    ' xmlns:p="urn:p"',
    ' xmlns:q="urn:p"',
    ' xmlns:p=""',
    ' xmlns:xml="urn:x"',
    ' xmlns:xmlns="urn:x"',
    ' xml:lang="en"',
  ],
  ...[' xmlns:xml="http://www.w3.org/XML/1998/namespace"', ' xmlns:z="http://www.w3.org/2000/xmlns/"'],
  ...['<xml:a>', '</xml:a>', '<xmlns:a>', '<1>', '<a:>', '<:a>', '<a:b:c>', '<-', '<a.b-c1>', '</a.b-c1>'],
  ...[
    'text',
    '&amp;',
    '&lt;',
    '&#65;',
    '&#x41;',
    '&#x1F600;',
    '&#0;',
    '&#xD800;',
    '&#x110000;',
    '&e;',
    '&',
    '&amp',
    '&#;',
    '&#xg;',
  ],
  ...[
    '<![CDATA[',
    ']]>',
    ']]',
    '<!--',
    '-->',
    '--',
    '<?p',
    '<?p x?>',
    '?>',
    '<?xml version="1.0"?>',
    '<?xml',
    '<?XML x?>',
  ],
  ...["<?xml version='1.0' encoding='utf-8' standalone='yes'?>", '<?xml encoding="utf-8"?>', '<!DOCTYPE a>', '<!x>'],
  ...['\u0001', '\uFFFE', '\u{1F600}', '\u0085', '\u00B7', '\uFEFF'],
];

const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(''));

/** Trees printed as XML: accepted ones, in every spelling. */
const name = fc.constantFrom('a', 'b', 'p:a', 'q:b', 'Ünï', '_x-1.2');
const text = fc
  .array(
    fc.constantFrom('t', ' ', '\n', '\r\n', '&gt;', '&#10;', '<![CDATA[<&]]>', '<!-- c -->', '<?i d?>', '>', "'", '"'),
  )
  .map((parts) => parts.join(''));
const value = fc
  .array(fc.constantFrom('v', ' ', '\n', '\r\n', '\t', '&quot;', '&#9;', '&#xA;', '>'))
  .map((parts) => parts.join(''));
const plain = fc.tuple(fc.constantFrom('c', 'd', 'p:c', 'q:d', 'xml:space'), value);
const declaration = fc.tuple(
  fc.constantFrom('xmlns', 'xmlns:p', 'xmlns:r'),
  fc.constantFrom('', ' ', 'urn:p', ' urn:p&#10;', 'urn:&amp;'),
);
const attribute = fc.tuple(fc.oneof(plain, declaration), fc.constantFrom('"', "'"));
const element = (inside: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(name, fc.array(attribute, { maxLength: 3 }), text, inside, text, fc.boolean())
    .map(([tag, attributes, before, within, after, space]) => {
      const written = attributes.map(([[key, its], quote]) => ` ${key}=${quote}${its}${quote}`).join('');
      return `<${tag}${written}${space ? ' ' : ''}>${before}${within}${after}</${tag}${space ? '\n' : ''}>`;
    });
const leaf = element(fc.constant(''));
const branch = element(fc.array(leaf, { maxLength: 3 }).map((leaves) => leaves.join('')));
const tree = element(fc.array(branch, { maxLength: 3 }).map((branches) => branches.join('')));

const DECLARED = '<root xmlns:p="urn:p" xmlns:q="urn:q">';

describe('XML reader beside saxes', () => {
  test('both refuse the same documents and read the same trees from pieces of XML', () => {
    const documents = fc.oneof(
      soup,
      soup.map((s) => `<a>${s}</a>`),
      soup.map((s) => `<a${s}></a>`),
    );
    fc.assert(
      fc.property(documents, (source) => assert.deepEqual(read(source), readBySaxes(source))),
      { numRuns: 4000 },
    );
  });

  test('both read the same trees from documents in every spelling', () => {
    fc.assert(
      fc.property(tree, (source) => {
        const document = `${DECLARED}${source}</root>`;
        assert.deepEqual(read(document), readBySaxes(document));
      }),
      { numRuns: 1000 },
    );
  });

  test('both agree on a request and an embedded instance with any part of them damaged', () => {
    const damage = fc.tuple(fc.nat(), fc.nat({ max: 12 }), fc.constantFrom('', ...PIECES));
    fc.assert(
      fc.property(fc.constantFrom(ENVELOPE, INSTANCE), fc.array(damage, { maxLength: 3 }), (document, damages) => {
        let source = document;
        for (const [place, removed, put] of damages) {
          const at = place % (source.length + 1);
          source = source.slice(0, at) + put + source.slice(at + removed);
        }
        // A pair of surrogates that was cut apart cannot come out of a decoder of bytes.
        source = source.toWellFormed();
        assert.deepEqual(read(source), readBySaxes(source));
      }),
      { numRuns: 4000 },
    );
  });
});

const INSTANCE =
  '<?xml version="1.0" encoding="utf-8"?>\r\n<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><!-- made by hand -->' +
  '<PROPERTY NAME="ElementName" TYPE="string"><VALUE>a &amp; b&#x20AC;<![CDATA[<c>]]></VALUE></PROPERTY>' +
  '<PROPERTY.ARRAY NAME="Notes" TYPE="string"><VALUE.ARRAY><VALUE/><VALUE> \t</VALUE></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>\n';

const ENVELOPE =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="urn:a" xmlns:w="urn:w"><s:Header>' +
  '<a:Action s:mustUnderstand="true">urn:w/DefineSystem</a:Action><w:ResourceURI>urn:r</w:ResourceURI></s:Header>' +
  '<s:Body><p:DefineSystem_INPUT xmlns:p="urn:r"><p:SystemSettings>&lt;INSTANCE CLASSNAME=&quot;A&quot;/&gt;' +
  '</p:SystemSettings></p:DefineSystem_INPUT></s:Body></s:Envelope>';
