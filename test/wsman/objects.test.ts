import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { CimProperty } from '../../src/cim/schema.ts';
import type { CimValue, CimValues } from '../../src/cim/values.ts';
import { attribute, child, children, type XmlElement } from '../../src/xml/element.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { decodeText, encodeText } from '../../src/http/charset.ts';
import { NS } from '../../src/wsman/envelope/namespaces.ts';
import { ObjectWriter } from '../../src/wsman/objects/object-writer.ts';
import { ValueReader } from '../../src/wsman/objects/value-reader.ts';
import { repositoryOf, schemaOf } from '../kit/schema-builder.ts';
import { DMTF, WMI } from './kit/envelopes.ts';
import { createWorld, GUIDS, V2 } from './kit/world.ts';

const { repository } = createWorld();
const V2_SCHEMA = repository.namespace(V2)!;

const wmi = new ObjectWriter(repository, 'wmi', false, 'HV01');
const dmtf = new ObjectWriter(repository, 'dmtf', false, 'HV01');
const precise = new ObjectWriter(repository, 'wmi', true, 'HV01');

const instance = (className: string, values: CimValues): CimInstance =>
  new CimInstance(V2_SCHEMA.class(className)!, values);
/** Fragments have no declaration of `a` and `w`: give them the Envelope's. */
const read = (xml: string): XmlElement =>
  parseXml(`<r xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}">${xml}</r>`).children[0]!;
const systemPath = ObjectPath.of(
  'Msvm_ComputerSystem',
  { CreationClassName: 'Msvm_ComputerSystem', Name: GUIDS[0] },
  V2,
);

const TYPES = repositoryOf(
  schemaOf('root\\test', [
    {
      name: 'Test_All',
      properties: {
        Id: 'key string',
        B: 'boolean',
        C: 'char16',
        S: 'string',
        T: 'datetime',
        U8: 'uint8',
        I8: 'sint8',
        U16: 'uint16',
        I16: 'sint16',
        U32: 'uint32',
        I32: 'sint32',
        U64: 'uint64',
        I64: 'sint64',
        R32: 'real32',
        R64: 'real64',
        SA: 'string[]',
        UA: 'uint16[]',
        OA: 'uint8[]',
        BA: 'boolean[]',
        TA: 'datetime[]',
        O: 'object:Test_Part',
        OO: 'object:Test_Part[]',
        R: 'ref:Test_All',
        RA: 'ref:Test_All[]',
      },
    },
    { name: 'Test_Part', properties: { Name: 'string', Size: 'uint64', Inner: 'object:Test_Part' } },
  ]),
);
const ALL = TYPES.namespace('root/test')!.class('Test_All')!;
const PART = TYPES.namespace('root/test')!.class('Test_Part')!;
const allWriter = new ObjectWriter(TYPES, 'wmi', false, 'HV01');
const reader = new ValueReader(TYPES, TYPES.namespace('root/test')!);

describe('objects', () => {
  test('W-066 all properties, inherited included, sorted by name without regard to case, under p', () => {
    const element = read(wmi.object(instance('Msvm_ComputerSystem', { Name: 'x' })));
    const names = element.children.map((c) => c.local.toLowerCase());
    assert.deepEqual(names, names.toSorted());
    const scalars = V2_SCHEMA.class('Msvm_ComputerSystem')!.properties.filter((p) => !p.array);
    assert.equal(names.length, scalars.length);
    assert.ok(element.children.every((c) => c.prefix === 'p' && c.ns === `${WMI}/Msvm_ComputerSystem`));
  });

  test('W-067 a NULL scalar is nil, an empty string is an empty element', () => {
    const xml = wmi.object(instance('Msvm_ComputerSystem', { Name: '', Caption: null }));
    assert.match(xml, /<p:Name><\/p:Name>/);
    assert.match(xml, /<p:Caption xsi:nil="true"\/>/);
    assert.match(xml, /<p:EnabledState xsi:nil="true"\/>/);
  });

  test('W-068 a NULL array is left out; with precise arrays it is a nil element with IsNullArray', () => {
    assert.doesNotMatch(wmi.object(instance('Msvm_ComputerSystem', {})), /OperationalStatus/);
    const xml = precise.object(instance('Msvm_ComputerSystem', {}));
    const element = child(read(xml), 'OperationalStatus')!;
    assert.equal(attribute(element, 'nil', NS.xsi), 'true');
    assert.equal(attribute(element, 'IsNullArray', NS.microsoft), 'true');
    assert.match(xml, /m:IsNullArray="true"/);
    assert.doesNotMatch(
      precise.object(instance('Msvm_ComputerSystem', { OperationalStatus: [] })),
      /OperationalStatus[ >]/,
    );
  });

  test('W-069 arrays are repeated elements in order, NULL elements left out', () => {
    const element = read(wmi.object(instance('Msvm_ComputerSystem', { OperationalStatus: [15, null, 2] })));
    assert.deepEqual(
      children(element, 'OperationalStatus').map((c) => c.text),
      ['15', '2'],
    );
  });

  test('W-070 booleans are lower case', () => {
    const xml = wmi.object(instance('Msvm_VirtualSystemSettingData', { BIOSNumLock: true, SecureBootEnabled: false }));
    assert.match(xml, /<p:BIOSNumLock>true<\/p:BIOSNumLock>/);
    assert.match(xml, /<p:SecureBootEnabled>false<\/p:SecureBootEnabled>/);
  });

  for (const [cim, iso] of [
    ['20140403144550.468750+480', '2014-04-03T14:45:50.46875+08:00'],
    ['20240305093001.500000+000', '2024-03-05T09:30:01.5Z'],
    ['20240305093001.000000-210', '2024-03-05T09:30:01-03:30'],
    ['20240305093001.000000-000', '2024-03-05T09:30:01Z'],
    ['20240305093001.000001+060', '2024-03-05T09:30:01.000001+01:00'],
  ] as const) {
    test(`W-071 timestamp ${cim} is ${iso}`, () => {
      const xml = wmi.object(instance('Msvm_ComputerSystem', { InstallDate: cim }));
      assert.match(
        xml,
        new RegExp(`<p:InstallDate><cim:Datetime>${iso.replaceAll('+', '\\+')}</cim:Datetime></p:InstallDate>`),
      );
      assert.match(xml, /xmlns:cim="http:\/\/schemas\.dmtf\.org\/wbem\/wscim\/1\/common"/);
    });
  }

  for (const [cim, iso] of [
    ['00000000000140.000000:000', 'P0DT0H1M40S'],
    ['00000012030405.250000:000', 'P12DT3H4M5.25S'],
    ['00000000000000.000000:000', 'P0DT0H0M0S'],
  ] as const) {
    test(`W-072 interval ${cim} is ${iso}`, () => {
      const xml = wmi.object(instance('Msvm_VirtualSystemSettingData', { AutomaticStartupActionDelay: cim }));
      assert.match(xml, new RegExp(`<cim:Interval>${iso.replace('.', '\\.')}</cim:Interval>`));
    });
  }

  test('W-072 a datetime with unknown fields goes out as it is', () => {
    const xml = wmi.object(instance('Msvm_ComputerSystem', { InstallDate: '20240305******.******+***' }));
    assert.match(xml, /<cim:CIM_DateTime>20240305\*{6}\.\*{6}\+\*{3}<\/cim:CIM_DateTime>/);
  });

  test('W-073 a reference is the contents of an EPR, namespaces declared on the property, selectors by name', () => {
    const xml = wmi.object(
      instance('Msvm_SettingsDefineState', {
        ManagedElement: systemPath,
        SettingData: ObjectPath.of('msvm_virtualsystemsettingdata', { instanceid: 'Microsoft:A\\B <&>' }),
      }),
    );
    assert.match(
      xml,
      /<p:ManagedElement xmlns:a="http:\/\/schemas\.xmlsoap\.org\/ws\/2004\/08\/addressing" xmlns:w="http:\/\/schemas\.dmtf\.org\/wbem\/wsman\/1\/wsman\.xsd"><a:Address>http:\/\/schemas\.xmlsoap\.org\/ws\/2004\/08\/addressing\/role\/anonymous<\/a:Address><a:ReferenceParameters><w:ResourceURI>/,
    );
    const element = parseXml(xml);
    const parameters = child(child(element, 'ManagedElement')!, 'ReferenceParameters')!;
    assert.equal(child(parameters, 'ResourceURI')?.text, `${WMI}/Msvm_ComputerSystem`);
    assert.deepEqual(
      child(parameters, 'SelectorSet')?.children.map((s) => [attribute(s, 'Name'), s.text]),
      [
        ['CreationClassName', 'Msvm_ComputerSystem'],
        ['Name', GUIDS[0]],
      ],
    );
    const second = child(child(element, 'SettingData')!, 'ReferenceParameters')!;
    assert.equal(child(second, 'ResourceURI')?.text, `${WMI}/Msvm_VirtualSystemSettingData`);
    assert.deepEqual(
      child(second, 'SelectorSet')?.children.map((s) => [attribute(s, 'Name'), s.text]),
      [['InstanceID', 'Microsoft:A\\B <&>']],
    );
  });

  test('W-073 a key of reference type is a selector with an EndpointReference', () => {
    const path = ObjectPath.of('Msvm_SettingsDefineState', { ManagedElement: systemPath, SettingData: systemPath }, V2);
    const element = read(wmi.references.epr(path, V2));
    const selectors = child(child(element, 'ReferenceParameters')!, 'SelectorSet')!;
    assert.deepEqual(
      selectors.children.map((s) => attribute(s, 'Name')),
      ['ManagedElement', 'SettingData'],
    );
    assert.equal(selectors.children[0]?.children[0]?.local, 'EndpointReference');
  });

  test('W-074 references of the DMTF family carry __cimnamespace first', () => {
    const element = parseXml(dmtf.object(instance('Msvm_SettingsDefineState', { ManagedElement: systemPath })));
    assert.equal(element.ns, `${DMTF}/Msvm_SettingsDefineState`);
    const parameters = child(child(element, 'ManagedElement')!, 'ReferenceParameters')!;
    assert.equal(child(parameters, 'ResourceURI')?.text, `${DMTF}/Msvm_ComputerSystem`);
    assert.deepEqual(
      child(parameters, 'SelectorSet')?.children.map((s) => [attribute(s, 'Name'), s.text]),
      [
        ['__cimnamespace', 'root/virtualization/v2'],
        ['CreationClassName', 'Msvm_ComputerSystem'],
        ['Name', GUIDS[0]],
      ],
    );
  });

  test('W-075 an embedded object is typed p1', () => {
    const event = instance('__InstanceModificationEvent', {
      TargetInstance: instance('Msvm_ComputerSystem', { Name: 'n', OperationalStatus: [2] }),
    });
    const xml = wmi.object(event);
    assert.match(
      xml,
      new RegExp(`<p:TargetInstance xmlns:p1="${WMI}/Msvm_ComputerSystem" xsi:type="p1:Msvm_ComputerSystem_Type"><p1:`),
    );
    const target = child(parseXml(xml), 'TargetInstance')!;
    assert.equal(child(target, 'Name', `${WMI}/Msvm_ComputerSystem`)?.text, 'n');
    assert.match(xml, /<p:PreviousInstance xsi:nil="true"\/>/);
  });

  test('W-076 a string with an embedded instance is escaped text', () => {
    const text =
      '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message" TYPE="string"><VALUE>a &amp; b</VALUE></PROPERTY></INSTANCE>';
    const xml = wmi.output(
      'GetErrorEx',
      V2_SCHEMA.class('Msvm_ConcreteJob')!,
      [{ name: 'Errors', type: 'string', array: true }],
      {
        Errors: [text],
      },
    );
    assert.match(xml, /<p:Errors>&lt;INSTANCE CLASSNAME=&quot;Msvm_Error&quot;&gt;/);
    assert.equal(parseXml(xml).children[0]?.text, text);
  });

  test('W-077 control characters become ?, tab, LF and CR stay', () => {
    const value = 'a\u0000b\u0001c\u001Fd\te\nf\rg';
    const element = read(wmi.object(instance('Msvm_ComputerSystem', { Name: value })));
    assert.equal(child(element, 'Name')?.text, 'a?b?c?d\te\nf\rg');
  });

  test('W-078 supplementary characters survive UTF-8 and UTF-16; lone surrogates do not break the document', () => {
    const xml = wmi.object(instance('Msvm_ComputerSystem', { Name: '\u{1F680} \u{2070E} \uD800x' }));
    for (const charset of ['utf-8', 'utf-16'] as const) {
      const { text } = decodeText(encodeText(xml, charset), undefined);
      assert.equal(child(parseXml(text), 'Name')?.text, '\u{1F680} \u{2070E} ?x');
    }
  });

  test('W-079 xsi:type names the class', () => {
    const element = parseXml(wmi.object(instance('Msvm_ComputerSystem', {})));
    assert.equal(attribute(element, 'type', NS.xsi), 'p:Msvm_ComputerSystem_Type');
  });

  test('W-080 no system properties, no cim:Location', () => {
    const xml = wmi.object(instance('Msvm_ComputerSystem', { __PATH: 'x', __CLASS: 'y' }));
    assert.doesNotMatch(xml, /__|Location/);
  });

  test('W-059 a projection has no namespace, is sorted, keeps nil and drops NULL arrays and prefixes', () => {
    const columns = ['Name', 'InstallDate', 'caption', 'OperationalStatus'];
    const xml = wmi.projection(
      instance('Msvm_ComputerSystem', { Name: 'n', InstallDate: '20240305093001.000000+000' }),
      columns,
    );
    const element = parseXml(xml);
    assert.equal(element.local, 'XmlFragment');
    assert.equal(element.ns, NS.wsman);
    assert.deepEqual(
      element.children.map((c) => [c.ns, c.local]),
      [
        ['', 'Caption'],
        ['', 'InstallDate'],
        ['', 'Name'],
      ],
    );
    assert.match(
      xml,
      /<Caption xsi:nil="true"\/><InstallDate><Datetime>2024-03-05T09:30:01Z<\/Datetime><\/InstallDate>/,
    );
  });
});

const scalarOf: Record<string, fc.Arbitrary<CimValue>> = {
  B: fc.boolean(),
  C: fc.constantFrom('a', '\u00e9', '<', '&'),
  S: fc.string({ unit: 'grapheme' }),
  T: fc.constantFrom('20140403144550.468750+480', '20240305093001.000000-210', '00000012030405.250000:000'),
  U8: fc.integer({ min: 0, max: 255 }),
  I8: fc.integer({ min: -128, max: 127 }),
  U16: fc.integer({ min: 0, max: 65_535 }),
  I16: fc.integer({ min: -32_768, max: 32_767 }),
  U32: fc.integer({ min: 0, max: 4_294_967_295 }),
  I32: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
  U64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  I64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  R32: fc.float({ noNaN: true, noDefaultInfinity: true }).map((v) => (Object.is(v, -0) ? 0 : v)),
  R64: fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => (Object.is(v, -0) ? 0 : v)),
  SA: fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }),
  UA: fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 1, maxLength: 4 }),
  OA: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 9 }),
  BA: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
};

test('what is written is read back exactly, for every type (W-066 to W-072)', () => {
  fc.assert(
    fc.property(fc.record(scalarOf, { requiredKeys: [] }), (generated) => {
      const values = generated as CimValues;
      const xml = allWriter.object(new CimInstance(ALL, values));
      const back = reader.properties(ALL, parseXml(xml), (name) => assert.fail(name));
      for (const property of ALL.properties) {
        const expected = normal(property, values[property.name] ?? null);
        assert.deepEqual(back[property.name] ?? null, expected, property.name);
      }
    }),
    { numRuns: 200 },
  );
});

/** XML cannot carry control characters; a lone CR is written as a reference and comes back. */
function normal(property: CimProperty, value: CimValue): CimValue {
  const clean = (text: string): string => text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '?');
  if (property.type !== 'string') return value;
  if (typeof value === 'string') return clean(value);
  return Array.isArray(value) ? value.map((v) => clean(v as string)) : value;
}

test('embedded objects and references are read back', () => {
  const part = new CimInstance(PART, { Name: 'outer', Size: 5n, Inner: new CimInstance(PART, { Name: 'inner' }) });
  const path = ObjectPath.of('Test_All', { Id: 'a\\b"c' }, 'root\\test');
  const xml = allWriter.object(new CimInstance(ALL, { Id: 'x', O: part, OO: [part, part], R: path, RA: [path, path] }));
  const back = reader.properties(ALL, parseXml(xml), (name) => assert.fail(name));
  const outer = back['O'] as CimInstance;
  assert.equal(outer.get('Size'), 5n);
  assert.equal((outer.get('Inner') as CimInstance).get('Name'), 'inner');
  assert.equal((back['OO'] as readonly CimInstance[]).length, 2);
  assert.equal((back['R'] as ObjectPath).key('Id'), 'a\\b"c');
  assert.equal((back['RA'] as readonly ObjectPath[])[1]?.className, 'Test_All');
});
