import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { embeddedFromXml, type EmbeddedInstance, parseEmbedded } from '../../src/cim/embedded/parse-embedded.ts';
import { printEmbedded } from '../../src/cim/embedded/print-embedded.ts';
import { EmbeddedError } from '../../src/cim/embedded/raw-instance.ts';
import { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { CimClass } from '../../src/cim/schema.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { parseXml } from '../../src/xml/parse.ts';
import { NAMESPACE, WORLD } from '../kit/cim-world.ts';
import { schemaOf } from '../kit/schema-builder.ts';

const schema = schemaOf(NAMESPACE, WORLD);
const read = (text: string): EmbeddedInstance => parseEmbedded(text, schema);
const fails = (reason: string, subject?: string) => (e: unknown) =>
  e instanceof EmbeddedError && e.reason === reason && (subject === undefined || e.subject === subject);
const one = (body: string, className = 'Test_DeviceSetting'): EmbeddedInstance =>
  read(`<INSTANCE CLASSNAME="${className}">${body}</INSTANCE>`);

/** The same content in every form (E1). */
const EXPECTED: CimValues = {
  ElementName: 'Disk <1> & "co"',
  InstanceID: 'Microsoft:A\\B\\0',
  ResourceType: 31,
  HostResource: ['C:\\VMs\\a.vhdx', 'b'],
  Limit: 18446744073709551615n,
  StaticMacAddress: true,
  Changed: '20140403144550.468750+480',
};
const BODY = `<PROPERTY NAME="ElementName" TYPE="string"><VALUE>Disk &lt;1&gt; &amp; &quot;co&quot;</VALUE></PROPERTY>
 <PROPERTY NAME="InstanceID" TYPE="string"><VALUE>Microsoft:A\\B\\0</VALUE></PROPERTY>
 <PROPERTY NAME="ResourceType" TYPE="uint16"><VALUE>31</VALUE></PROPERTY>
 <PROPERTY.ARRAY NAME="HostResource" TYPE="string"><VALUE.ARRAY><VALUE>C:\\VMs\\a.vhdx</VALUE><VALUE>b</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>
 <PROPERTY NAME="Limit" TYPE="uint64"><VALUE>18446744073709551615</VALUE></PROPERTY>
 <PROPERTY NAME="StaticMacAddress" TYPE="boolean"><VALUE>TRUE</VALUE></PROPERTY>
 <PROPERTY NAME="Changed" TYPE="datetime"><VALUE>20140403144550.468750+480</VALUE></PROPERTY>`;
const INSTANCE = `<INSTANCE CLASSNAME="Test_DeviceSetting">${BODY}</INSTANCE>`;

const FORMS: Readonly<Record<string, string>> = {
  '1 CimDtd20': INSTANCE,
  '2 WmiDtd20': `<INSTANCE CLASSNAME="Test_DeviceSetting"><QUALIFIER NAME="dynamic" PROPAGATED="true" TYPE="boolean" TOSUBCLASS="false"><VALUE>TRUE</VALUE></QUALIFIER>
    <PROPERTY NAME="__PATH" CLASSORIGIN="___SYSTEM" TYPE="string"><VALUE>\\\\H\\root\\test\\v2:Test_DeviceSetting.InstanceID="x"</VALUE></PROPERTY>
    <PROPERTY NAME="__GENUS" CLASSORIGIN="___SYSTEM" TYPE="sint32"><VALUE>2</VALUE></PROPERTY>
    <PROPERTY.ARRAY NAME="__DERIVATION" CLASSORIGIN="___SYSTEM" TYPE="string"><VALUE.ARRAY><VALUE>CIM_SettingData</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>
    ${BODY.replaceAll(' TYPE=', ' CLASSORIGIN="CIM_X" TYPE=').replace('<VALUE>31', '<QUALIFIER NAME="CIMTYPE" TYPE="string"><VALUE>uint16</VALUE></QUALIFIER><VALUE>31')}</INSTANCE>`,
  '3 hand-made': `\uFEFF\r\n<?xml version="1.0" encoding="utf-16"?><!DOCTYPE INSTANCE SYSTEM "http://localhost/nothing.dtd">
    <!-- by hand --><INSTANCE CLASSNAME='root\\test\\v2:test_devicesetting'>
    ${BODY.replace('Disk &lt;1&gt; &amp; &quot;co&quot;', '<![CDATA[Disk <1> & "co"]]>')
      .replaceAll(/ TYPE="[a-z0-9]+"/g, '')
      .replace('TRUE', 'true')}
    </INSTANCE>\0`,
  '4 WS-Management': `<p:Test_DeviceSetting xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test/v2/Test_DeviceSetting" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xsi:type="p:Test_DeviceSetting_Type">
    <p:ElementName>Disk &lt;1&gt; &amp; "co"</p:ElementName><p:InstanceID>Microsoft:A\\B\\0</p:InstanceID><p:ResourceType>31</p:ResourceType>
    <p:HostResource>C:\\VMs\\a.vhdx</p:HostResource><p:HostResource>b</p:HostResource><p:Limit>18446744073709551615</p:Limit>
    <p:StaticMacAddress>true</p:StaticMacAddress><p:Changed><cim:Datetime>2014-04-03T14:45:50.46875+08:00</cim:Datetime></p:Changed></p:Test_DeviceSetting>`,
  '5 MOF': `// a comment\ninstance of Test_DeviceSetting { ElementName = "Disk <1> & \\"co\\""; InstanceID = "Microsoft:A\\\\B\\\\0"; ResourceType = 31;
    HostResource = {"C:\\\\VMs\\\\a.vhdx", "b"}; Limit = 18446744073709551615; StaticMacAddress = TRUE; Changed = "20140403144550.468750+480"; };`,
  '6 VALUE.NAMEDINSTANCE': `<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME="Test_DeviceSetting"><KEYBINDING NAME="InstanceID"><KEYVALUE>x</KEYVALUE></KEYBINDING></INSTANCENAME>${INSTANCE}</VALUE.NAMEDINSTANCE>`,
  '6 CIM wrapper': `<CIM CIMVERSION="2.0" DTDVERSION="2.0"><DECLARATIONS><DECLGROUP><VALUE.OBJECT>${INSTANCE}</VALUE.OBJECT></DECLGROUP></DECLARATIONS></CIM>`,
};

describe('E1 the same content in every form', () => {
  for (const [form, text] of Object.entries(FORMS)) {
    test(form, () => {
      const instance = read(text);
      assert.equal(instance.className, 'Test_DeviceSetting');
      assert.deepEqual(instance.values, EXPECTED);
      assert.deepEqual([...instance.given].toSorted(), Object.keys(EXPECTED).toSorted());
      assert.equal(instance.nulls.size + instance.emptyArrays.size, 0);
      assert.equal(instance.instanceId, 'Microsoft:A\\B\\0');
    });
  }
  test('paths of forms 2 and 6', () => {
    assert.equal(read(FORMS['2 WmiDtd20'] as string).path, '\\\\H\\root\\test\\v2:Test_DeviceSetting.InstanceID="x"');
    assert.equal(read(FORMS['6 VALUE.NAMEDINSTANCE'] as string).path, 'Test_DeviceSetting.InstanceID="x"');
    assert.equal(read(FORMS['1 CimDtd20'] as string).path, null);
  });
  test('an element that a front end has parsed already', () => {
    assert.deepEqual(embeddedFromXml(parseXml(FORMS['4 WS-Management'] as string), schema).values, EXPECTED);
  });
});

describe('values', () => {
  test('absent, NULL and empty are told apart', () => {
    const instance = one(
      '<PROPERTY NAME="ElementName" TYPE="string"></PROPERTY><PROPERTY NAME="Parent" TYPE="string"><VALUE/></PROPERTY><PROPERTY.ARRAY NAME="HostResource" TYPE="string"><VALUE.ARRAY></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY.ARRAY NAME="Octets" TYPE="uint8"></PROPERTY.ARRAY><PROPERTY NAME="Weight" TYPE="uint32"><VALUE></VALUE></PROPERTY>',
    );
    assert.deepEqual([...instance.nulls], ['ElementName', 'Octets', 'Weight']);
    assert.deepEqual([...instance.given], ['Parent']);
    assert.deepEqual([...instance.emptyArrays], ['HostResource']);
    assert.deepEqual(instance.values, { Parent: '', HostResource: [] });
  });
  test('NULL in WS-Management and MOF', () => {
    const wsman = read(
      '<Test_DeviceSetting xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Weight xsi:nil="true"/><Parent></Parent></Test_DeviceSetting>',
    );
    assert.deepEqual([[...wsman.nulls], wsman.values], [['Weight'], { Parent: '' }]);
    const mof = read('instance of Test_DeviceSetting { Weight = NULL; HostResource = {}; };');
    assert.deepEqual([[...mof.nulls], [...mof.emptyArrays]], [['Weight'], ['HostResource']]);
  });
  test('E5 unknown properties are passed over, names are of any case, the last of two wins', () => {
    const instance = one(
      '<PROPERTY NAME="FromWindows2030" TYPE="string"><VALUE>x</VALUE></PROPERTY><PROPERTY NAME="weight"><VALUE>1</VALUE></PROPERTY><PROPERTY NAME="WEIGHT"><VALUE>2</VALUE></PROPERTY><PROPERTY NAME="Limit"><VALUE>2</VALUE></PROPERTY><PROPERTY NAME="Limit"/>',
    );
    assert.deepEqual(instance.values, { Weight: 2 });
    assert.deepEqual([...instance.nulls], ['Limit']);
  });
  test("E6 'True' and 1 for a boolean, hexadecimal numbers, a wrong TYPE", () => {
    for (const text of ['True', 'TRUE', '1', ' true ']) {
      assert.equal(
        one(`<PROPERTY NAME="StaticMacAddress" TYPE="string"><VALUE>${text}</VALUE></PROPERTY>`).values[
          'StaticMacAddress'
        ],
        true,
      );
    }
    assert.deepEqual(
      one(
        '<PROPERTY NAME="Weight" TYPE="string"><VALUE>0x10</VALUE></PROPERTY><PROPERTY NAME="Limit"><VALUE>+5</VALUE></PROPERTY>',
      ).values,
      { Weight: 16, Limit: 5n },
    );
  });
  test('lists for values and values for lists, null items', () => {
    assert.deepEqual(
      one(
        '<PROPERTY NAME="HostResource"><VALUE>x</VALUE></PROPERTY><PROPERTY.ARRAY NAME="Parent"><VALUE.ARRAY><VALUE>y</VALUE></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY.ARRAY NAME="Octets"><VALUE.ARRAY><VALUE>1</VALUE><VALUE.NULL/><VALUE>255</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>',
      ).values,
      { HostResource: ['x'], Parent: 'y', Octets: [1, null, 255] },
    );
    assert.throws(
      () =>
        one(
          '<PROPERTY.ARRAY NAME="Parent"><VALUE.ARRAY><VALUE>y</VALUE><VALUE>z</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>',
        ),
      fails('wrongType', 'Parent'),
    );
  });
  test('references in their spellings', () => {
    for (const value of [
      '<VALUE>\\\\H\\root\\test\\v2:Test_System.CreationClassName="C",Name="A\\\\1"</VALUE>',
      '<VALUE.REFERENCE>Test_System.CreationClassName="C",Name="A\\\\1"</VALUE.REFERENCE>',
      '<VALUE.REFERENCE><INSTANCENAME CLASSNAME="Test_System"><KEYBINDING NAME="CreationClassName"><KEYVALUE VALUETYPE="string">C</KEYVALUE></KEYBINDING><KEYBINDING NAME="Name"><KEYVALUE>A\\1</KEYVALUE></KEYBINDING></INSTANCENAME></VALUE.REFERENCE>',
      '<VALUE.REFERENCE><INSTANCEPATH><NAMESPACEPATH><HOST>H</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="test"/></LOCALNAMESPACEPATH></NAMESPACEPATH><INSTANCENAME CLASSNAME="Test_System"><KEYBINDING NAME="CreationClassName"><KEYVALUE>C</KEYVALUE></KEYBINDING><KEYBINDING NAME="Name"><KEYVALUE>A\\1</KEYVALUE></KEYBINDING></INSTANCENAME></INSTANCEPATH></VALUE.REFERENCE>',
    ]) {
      const owner = one(`<PROPERTY.REFERENCE NAME="Owner">${value}</PROPERTY.REFERENCE>`).values['Owner'];
      assert.ok(owner instanceof ObjectPath, value);
      assert.equal(owner.key('Name'), 'A\\1');
    }
    const epr =
      '<Test_DeviceSetting xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="w"><Owner><a:Address>x</a:Address><a:ReferenceParameters><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test/v2/Test_System</w:ResourceURI><w:SelectorSet><w:Selector Name="CreationClassName">C</w:Selector><w:Selector Name="Name">A\\1</w:Selector></w:SelectorSet></a:ReferenceParameters></Owner></Test_DeviceSetting>';
    const owner = read(epr).values['Owner'];
    assert.ok(owner instanceof ObjectPath);
    assert.deepEqual([owner.namespace, owner.className, owner.key('name')], ['root\\test\\v2', 'Test_System', 'A\\1']);
    const mof = read(
      'instance of Test_System as $S { CreationClassName = "C"; Name = "A\\\\1"; EnabledState = 2; };\ninstance of Test_DeviceSetting { Owner = $S; };',
    ).values['Owner'];
    assert.ok(mof instanceof ObjectPath);
    assert.deepEqual(
      [...(mof.keys ?? [])],
      [
        ['CreationClassName', 'C'],
        ['Name', 'A\\1'],
      ],
    );
  });
  test('embedded objects in their spellings', () => {
    const detail = '<INSTANCE CLASSNAME="Test_Detail"><PROPERTY NAME="Size"><VALUE>5</VALUE></PROPERTY></INSTANCE>';
    for (const text of [
      `<INSTANCE CLASSNAME="Test_DeviceSetting"><PROPERTY.OBJECT NAME="Detail"><VALUE.OBJECT>${detail}</VALUE.OBJECT></PROPERTY.OBJECT></INSTANCE>`,
      '<Test_DeviceSetting xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:q="q"><Detail xsi:type="q:Test_Detail_Type"><q:Size>5</q:Size></Detail></Test_DeviceSetting>',
      '<Test_DeviceSetting><Detail><Test_Detail><Size>5</Size></Test_Detail></Detail></Test_DeviceSetting>',
      'instance of Test_DeviceSetting { Detail = instance of Test_Detail { Size = 5; }; };',
    ]) {
      const value = read(text).values['Detail'];
      assert.ok(value instanceof CimInstance, text);
      assert.deepEqual([value.class.name, value.values], ['Test_Detail', { Size: 5n }]);
    }
  });
  test('PROPAGATED is told', () => {
    assert.deepEqual(
      [...one('<PROPERTY NAME="Weight" PROPAGATED="true"><VALUE>1</VALUE></PROPERTY>').propagated],
      ['Weight'],
    );
  });
});

describe('what is refused', () => {
  for (const text of [
    '',
    '   ',
    'hello',
    '<INSTANCE',
    '<INSTANCE/>',
    '<INSTANCE CLASSNAME=""/>',
    '<CIM/>',
    '<INSTANCE CLASSNAME="Test_System"><PROPERTY><VALUE>x</VALUE></PROPERTY></INSTANCE>',
    'instance of Test_System { Name = ',
    'instance of Test_System { Name = $Nobody; };',
    '<!DOCTYPE INSTANCE [<!ENTITY a "x">]><INSTANCE CLASSNAME="Test_System"/>',
    '<INSTANCE CLASSNAME="Test_System"><PROPERTY NAME="Name"><VALUE>&undefined;</VALUE></PROPERTY></INSTANCE>',
    '<INSTANCE CLASSNAME="Test_System">'.repeat(200),
    // Text where only elements may stand: a value that would silently be none.
    '<INSTANCE CLASSNAME="Test_System">Name</INSTANCE>',
    '<INSTANCE CLASSNAME="Test_System"><PROPERTY NAME="Name" TYPE="string">web1</PROPERTY></INSTANCE>',
    '<Test_System>web1</Test_System>',
  ]) {
    test(`unparsable: ${text.slice(0, 60)}`, () => assert.throws(() => read(text), fails('unparsable')));
  }
  test('E7 an entity bomb is refused before anything expands', () => {
    const bomb = `<!DOCTYPE z [${Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('')}]><INSTANCE CLASSNAME="Test_System"><PROPERTY NAME="Name"><VALUE>&a20;</VALUE></PROPERTY></INSTANCE>`;
    assert.throws(() => read(bomb), fails('unparsable'));
  });
  test('blanks and NULs around a text are nothing, and megabytes of them within it cost no more than to be read', () => {
    assert.deepEqual(read(`\uFEFF \n${INSTANCE}\0 \t\0`).values, read(INSTANCE).values);
    const blanks = ' '.repeat(4 << 20);
    assert.deepEqual(read(INSTANCE.replace('>', `>${blanks}`)).values, read(INSTANCE).values);
    assert.throws(() => read(`${blanks}\0x${blanks}`), fails('unparsable'));
    assert.throws(() => read(`x${blanks}\0${blanks}x`), fails('unparsable'));
  });
  test('an endpoint reference whose resource names /wmi/ without end', () => {
    const uri = `http://x${'/wmi/x'.repeat(1 << 18)}\n/Test_System`;
    const text = (of: string): string =>
      `<Test_DeviceSetting><Owner><ReferenceParameters><ResourceURI>${of}</ResourceURI><SelectorSet><Selector Name="Name">a</Selector></SelectorSet></ReferenceParameters></Owner></Test_DeviceSetting>`;
    const pathIn = (of: string): ObjectPath => read(text(of)).values['Owner'] as ObjectPath;
    assert.equal(pathIn(uri).namespace?.length, uri.length - 'http://x/wmi/'.length - '/Test_System'.length);
    const near = pathIn('http://x/wmi/root/test/v2/Test_System');
    assert.deepEqual([near.namespace, near.className], ['root\\test\\v2', 'Test_System']);
    assert.equal(pathIn('http://x/wmi/Test_System').namespace, null);
  });
  test('more than 16 MiB', () => assert.throws(() => read('x'.repeat((16 << 20) + 1)), fails('unparsable')));
  test('unknown classes, values of wrong type', () => {
    assert.throws(() => read('<INSTANCE CLASSNAME="Nope"/>'), fails('unknownClass', 'Nope'));
    assert.throws(() => read('<Nope/>'), fails('unknownClass', 'Nope'));
    assert.throws(
      () =>
        one(
          '<PROPERTY.OBJECT NAME="Detail"><VALUE.OBJECT><INSTANCE CLASSNAME="Nope"/></VALUE.OBJECT></PROPERTY.OBJECT>',
        ),
      fails('unknownClass', 'Nope'),
    );
    for (const [name, value] of [
      ['Weight', 'many'],
      ['Weight', '-1'],
      ['Limit', '18446744073709551616'],
      ['StaticMacAddress', 'maybe'],
      ['Changed', 'yesterday'],
      ['Owner', 'no path'],
      ['Octets', '256'],
      ['Detail', 'text'],
    ] as const) {
      assert.throws(() => one(`<PROPERTY NAME="${name}"><VALUE>${value}</VALUE></PROPERTY>`), fails('wrongType', name));
    }
  });
  test('no text makes the reader throw anything but EmbeddedError', () => {
    const piece = fc.constantFrom(
      '<INSTANCE CLASSNAME="Test_System">',
      '</INSTANCE>',
      '<PROPERTY NAME="Name">',
      '</PROPERTY>',
      '<VALUE>',
      '</VALUE>',
      '<VALUE.ARRAY>',
      '</VALUE.ARRAY>',
      '&amp;',
      'x',
      '<x/>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      'instance of Test_System {',
      '};',
      'Name = "x";',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 12 }).map((p) => p.join('')),
        ),
        (text) => {
          try {
            read(text);
          } catch (e) {
            assert.ok(e instanceof EmbeddedError, String(e));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the text we print (embedded-instances §3)', () => {
  const make = (className: string, values: CimValues): CimInstance =>
    new CimInstance(schema.class(className) as CimClass, values);
  test('canonical: every property in schema order, NULL empty, NAME then TYPE, no white space', () => {
    assert.equal(
      printEmbedded(
        make('Test_SystemSetting', {
          InstanceID: 'Microsoft:"A"\\1',
          ElementName: "<it's> & more",
          ResourceType: 5,
          Notes: ['a', null],
          BootSourceOrder: [],
        }),
      ),
      '<INSTANCE CLASSNAME="Test_SystemSetting"><PROPERTY NAME="Caption" TYPE="string"></PROPERTY><PROPERTY NAME="Description" TYPE="string"></PROPERTY><PROPERTY NAME="ElementName" TYPE="string"><VALUE>&lt;it&apos;s&gt; &amp; more</VALUE></PROPERTY><PROPERTY NAME="InstanceID" TYPE="string"><VALUE>Microsoft:&quot;A&quot;\\1</VALUE></PROPERTY><PROPERTY NAME="ResourceType" TYPE="uint16"><VALUE>5</VALUE></PROPERTY><PROPERTY NAME="SystemType" TYPE="string"></PROPERTY><PROPERTY.ARRAY NAME="Notes" TYPE="string"><VALUE.ARRAY><VALUE>a</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY.ARRAY NAME="BootSourceOrder" TYPE="string"><VALUE.ARRAY></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY NAME="Version" TYPE="string"></PROPERTY></INSTANCE>',
    );
  });
  test('E8 the reader of the C# sample finds what follows PROPERTY and VALUE', () => {
    const text = printEmbedded(make('Test_Detail', { Kind: 'x', Size: 5n }));
    assert.match(text, /<PROPERTY NAME="Kind" TYPE="string"><VALUE>x<\/VALUE><\/PROPERTY>/);
    assert.match(text, /<PROPERTY NAME="Size" TYPE="uint64"><VALUE>5<\/VALUE>/);
  });
  test('E2 whatever we print reads back the same', () => {
    const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0xd7ff }).map((c) => String.fromCharCode(c)) });
    const nullable = <T>(a: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(a, { nil: null });
    const values = fc.record({
      ElementName: nullable(text),
      InstanceID: text,
      ResourceType: nullable(fc.integer({ min: 0, max: 65535 })),
      HostResource: nullable(fc.array(nullable(text), { maxLength: 3 })),
      Limit: nullable(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })),
      StaticMacAddress: nullable(fc.boolean()),
      Octets: nullable(fc.array(fc.integer({ min: 0, max: 255 }))),
      Ratio: nullable(fc.double().map((d) => (d === 0 ? 0 : d))),
      Owner: nullable(
        fc.tuple(fc.constantFrom(null, NAMESPACE), text).map(
          ([namespace, name]) =>
            new ObjectPath(
              null,
              namespace,
              'Test_System',
              new Map([
                ['CreationClassName', 'x'],
                ['Name', name],
              ]),
            ),
        ),
      ),
      Detail: nullable(text.map((kind) => make('Test_Detail', { Kind: kind, Size: 1n }))),
    });
    fc.assert(
      fc.property(values, (v) => {
        const instance = make('Test_DeviceSetting', v);
        const back = read(printEmbedded(instance));
        const detail = back.values['Detail'];
        const given = Object.fromEntries(Object.entries(v).filter(([, value]) => value !== null)) as CimValues;
        assert.deepEqual({ ...back.values, Detail: null }, { ...given, Detail: null });
        assert.deepEqual(
          detail instanceof CimInstance ? detail.values : null,
          v.Detail === null ? null : v.Detail.values,
        );
        assert.equal(printEmbedded(new CimInstance(instance.class, back.values)), printEmbedded(instance));
      }),
    );
  });
});
