import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { loadRepository } from '../../src/cim/repository/load.ts';
import { attribute, child, children, type XmlElement } from '../../src/xml/element.ts';
import { V2 } from '../wsman/kit/world.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { array, className, type ParameterTexts, value } from './kit/messages.ts';
import { only, read } from './kit/reply.ts';

const SCHEMA = loadRepository().namespace(V2)!;
const names = (elements: readonly XmlElement[]): string[] => elements.map((e) => attribute(e, 'NAME') ?? '');
const propertiesOf = (cim: XmlElement): XmlElement[] => cim.children.filter((c) => c.local.startsWith('PROPERTY'));
const methodsOf = (cim: XmlElement): readonly XmlElement[] => children(cim, 'METHOD');
const qualifierOf = (element: XmlElement, name: string): XmlElement | undefined =>
  children(element, 'QUALIFIER').find((q) => attribute(q, 'NAME') === name);

describe('CIM-XML classes and qualifiers (wire-cimxml §4)', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const getClass = async (name: string, options: ParameterTexts = {}): Promise<XmlElement> =>
    only(await endpoint.call('GetClass', V2, { ClassName: className(name), ...options }));

  test('X-010: GetClass, each option of it', async () => {
    const cimClass = SCHEMA.class('Msvm_ComputerSystem')!;
    const local = await getClass('msvm_computersystem');
    assert.deepEqual(
      [attribute(local, 'NAME'), attribute(local, 'SUPERCLASS')],
      ['Msvm_ComputerSystem', 'CIM_ComputerSystem'],
    );
    const own = cimClass.properties.filter((p) => cimClass.superclass?.property(p.name) !== p).map((p) => p.name);
    assert.ok(own.length > 0 && own.length < cimClass.properties.length);
    assert.deepEqual(names(propertiesOf(local)), own);

    const whole = await getClass('Msvm_ComputerSystem', { LocalOnly: value(false) });
    assert.deepEqual(
      names(propertiesOf(whole)),
      cimClass.properties.map((p) => p.name),
    );
    assert.deepEqual(
      names(methodsOf(whole)),
      cimClass.methods.map((m) => m.name),
    );

    const bare = await getClass('Msvm_ComputerSystem', { LocalOnly: value(false), IncludeQualifiers: value('false') });
    assert.doesNotMatch(JSON.stringify(bare), /"QUALIFIER"/);
    const listed = await getClass('Msvm_ComputerSystem', {
      LocalOnly: value(false),
      PropertyList: array('enabledstate', 'NAME', 'NoSuchThing'),
    });
    assert.deepEqual(names(propertiesOf(listed)), ['Name', 'EnabledState']);
    assert.ok(methodsOf(listed).length > 0, 'a list of properties says nothing of methods');
  });

  test('X-010: methods tell types, directions and classes of their parameters; what cm of wbemcli reads', async () => {
    const service = await getClass('Msvm_VirtualSystemManagementService', { LocalOnly: value(false) });
    const define = methodsOf(service).find((m) => attribute(m, 'NAME') === 'DefineSystem')!;
    assert.equal(attribute(define, 'TYPE'), 'uint32');
    const parameters = define.children.filter((c) => c.local.startsWith('PARAMETER'));
    assert.deepEqual(
      parameters.map((p) => [p.local, attribute(p, 'NAME'), attribute(p, 'TYPE') ?? attribute(p, 'REFERENCECLASS')]),
      [
        ['PARAMETER', 'SystemSettings', 'string'],
        ['PARAMETER.ARRAY', 'ResourceSettings', 'string'],
        ['PARAMETER.REFERENCE', 'ReferenceConfiguration', 'CIM_VirtualSystemSettingData'],
        ['PARAMETER.REFERENCE', 'ResultingSystem', 'CIM_ComputerSystem'],
        ['PARAMETER.REFERENCE', 'Job', 'CIM_ConcreteJob'],
      ],
    );
    const values = (p: XmlElement, name: string) => read(qualifierOf(p, name)?.children[0]);
    assert.equal(values(parameters[0]!, 'EmbeddedInstance'), 'Msvm_VirtualSystemSettingData');
    assert.deepEqual([values(parameters[0]!, 'In'), values(parameters[0]!, 'Out')], ['TRUE', null]);
    assert.deepEqual([values(parameters[4]!, 'In'), values(parameters[4]!, 'Out')], ['FALSE', 'TRUE']);
    assert.ok((values(define, 'ValueMap') as string[]).includes('4096'));
  });

  test('X-011: EnumerateClassNames and EnumerateClasses, flat and deep, from a class and from the roots', async () => {
    const list = async (options: ParameterTexts) =>
      names((await endpoint.call('EnumerateClassNames', V2, options)).items).toSorted();
    const all = [...SCHEMA.classNames()].toSorted();
    assert.deepEqual(await list({ DeepInheritance: value(true) }), all);
    assert.deepEqual(
      await list({ ClassName: null }),
      all.filter((name) => SCHEMA.class(name)?.superclass === null),
    );
    assert.deepEqual(
      await list({ ClassName: className('CIM_System') }),
      SCHEMA.subclasses('CIM_System')
        .map((c) => c.name)
        .toSorted(),
    );
    const deep = await list({ ClassName: className('CIM_System'), DeepInheritance: value(true) });
    assert.deepEqual(
      deep,
      SCHEMA.family('CIM_System')
        .map((c) => c.name)
        .filter((n) => n !== 'CIM_System')
        .toSorted(),
    );

    const classes = await endpoint.call('EnumerateClasses', V2, {
      ClassName: className('CIM_System'),
      DeepInheritance: value(true),
      LocalOnly: value(false),
      IncludeQualifiers: value(false),
    });
    assert.deepEqual(names(classes.items).toSorted(), deep);
    const everything = await endpoint.call('EnumerateClasses', V2, { DeepInheritance: value(true) });
    assert.equal(everything.items.length, all.length);
  });

  test('X-012: qualifiers of elements, and their declarations', async () => {
    const whole = await getClass('Msvm_ComputerSystem', { LocalOnly: value(false) });
    const property = (name: string) => propertiesOf(whole).find((p) => attribute(p, 'NAME') === name)!;
    assert.equal(read(qualifierOf(property('Name'), 'Key')?.children[0]), 'TRUE');
    assert.equal(qualifierOf(property('EnabledState'), 'Key'), undefined);
    const map = read(qualifierOf(property('EnabledState'), 'ValueMap')?.children[0]) as string[];
    const texts = read(qualifierOf(property('EnabledState'), 'Values')?.children[0]) as string[];
    assert.equal(texts[map.indexOf('2')], SCHEMA.class('Msvm_ComputerSystem')!.property('EnabledState')!.values?.['2']);
    const association = await getClass('Msvm_SettingsDefineState');
    assert.equal(read(qualifierOf(association, 'Association')?.children[0]), 'TRUE');

    const declarations = (await endpoint.call('EnumerateQualifiers', V2)).items;
    const used = new Set<string>();
    const visit = (e: XmlElement): void => {
      if (e.local === 'QUALIFIER') used.add(attribute(e, 'NAME') ?? '');
      e.children.forEach(visit);
    };
    (await endpoint.call('EnumerateClasses', V2, { DeepInheritance: value(true) })).items.forEach(visit);
    assert.ok(used.size > 10);
    for (const name of used) assert.ok(names(declarations).includes(name), `${name} is used and not declared`);
    const key = only(await endpoint.call('GetQualifier', V2, { QualifierName: value('key') }));
    assert.deepEqual(
      [
        key.local,
        attribute(key, 'NAME'),
        attribute(key, 'TYPE'),
        attribute(key, 'ISARRAY'),
        attribute(key, 'OVERRIDABLE'),
      ],
      ['QUALIFIER.DECLARATION', 'Key', 'boolean', 'false', 'false'],
    );
    assert.deepEqual(
      child(key, 'SCOPE')?.attributes.map((a) => a.local),
      ['PROPERTY', 'REFERENCE'],
    );
    assert.equal((await endpoint.call('GetQualifier', V2, { QualifierName: value('Bogus') })).status, 6);
  });

  test('X-013: CLASSORIGIN and PROPAGATED only when asked for', async () => {
    const plain = await endpoint.call('GetClass', V2, {
      ClassName: className('Msvm_ComputerSystem'),
      LocalOnly: value(false),
    });
    assert.doesNotMatch(plain.text, /CLASSORIGIN|PROPAGATED/);
    const asked = await getClass('Msvm_ComputerSystem', { LocalOnly: value(false), IncludeClassOrigin: value(true) });
    for (const element of [...propertiesOf(asked), ...methodsOf(asked)]) {
      const name = attribute(element, 'NAME') ?? '';
      const cimClass = SCHEMA.class('Msvm_ComputerSystem')!;
      const origin = (cimClass.property(name) ?? cimClass.method(name))?.origin;
      assert.equal(attribute(element, 'CLASSORIGIN'), origin, name);
      assert.equal(attribute(element, 'PROPAGATED'), origin === cimClass.name ? undefined : 'true', name);
    }
  });

  test('X-014: an empty list of properties is none; what is unknown is passed over', async () => {
    const none = await getClass('Msvm_ComputerSystem', { LocalOnly: value(false), PropertyList: array() });
    assert.deepEqual(propertiesOf(none), []);
    const unknown = await getClass('Msvm_ComputerSystem', { LocalOnly: value(false), PropertyList: array('Bogus') });
    assert.deepEqual(propertiesOf(unknown), []);
    const absent = await getClass('Msvm_ComputerSystem', { LocalOnly: value(false), PropertyList: null });
    assert.ok(propertiesOf(absent).length > 30, 'no list is all');
  });

  test('the schema cannot be changed', async () => {
    const changes: readonly (readonly [string, ParameterTexts])[] = [
      ['CreateClass', { NewClass: '<CLASS NAME="X_Y"/>' }],
      ['ModifyClass', { ModifiedClass: '<CLASS NAME="Msvm_ComputerSystem"/>' }],
      ['DeleteClass', { ClassName: className('Msvm_ComputerSystem') }],
      ['SetQualifier', { QualifierDeclaration: '<QUALIFIER.DECLARATION NAME="X" TYPE="string"/>' }],
      ['DeleteQualifier', { QualifierName: value('Key') }],
    ];
    for (const [name, texts] of changes) assert.equal((await endpoint.call(name, V2, texts)).status, 7, name);
  });

  test('X-020: a class that is not there: 6 to GetClass, 5 to others; a namespace that is not there: 3', async () => {
    const bogus = { ClassName: className('X_Bogus') };
    assert.equal((await endpoint.call('GetClass', V2, bogus)).status, 6);
    for (const name of ['EnumerateClasses', 'EnumerateClassNames', 'EnumerateInstances', 'EnumerateInstanceNames'])
      assert.equal((await endpoint.call(name, V2, bogus)).status, 5, name);
    for (const name of ['GetClass', 'EnumerateClassNames', 'EnumerateInstanceNames', 'EnumerateQualifiers'])
      assert.equal(
        (await endpoint.call(name, 'root/nowhere', name === 'EnumerateQualifiers' ? {} : bogus)).status,
        3,
        name,
      );
  });

  test('parameters: any case; unknown, doubled or ill-typed ones are 4; NULL is the default', async () => {
    const call = (texts: string) =>
      endpoint.send(
        `<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ><IMETHODCALL NAME="getclass">` +
          `<LOCALNAMESPACEPATH><NAMESPACE NAME="root/virtualization"/><NAMESPACE NAME="V2"/></LOCALNAMESPACEPATH>${texts}</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>`,
      );
    const named = `<IPARAMVALUE NAME="classname">${className('Msvm_ComputerSystem')}</IPARAMVALUE>`;
    assert.equal((await call(`${named}<IPARAMVALUE NAME="LOCALONLY"/>`)).status, 0);
    for (const wrong of [
      `${named}<IPARAMVALUE NAME="Bogus"><VALUE>1</VALUE></IPARAMVALUE>`,
      `${named}${named}`,
      `${named}<IPARAMVALUE NAME="LocalOnly"><VALUE>maybe</VALUE></IPARAMVALUE>`,
      `${named}<IPARAMVALUE NAME="LocalOnly"><VALUE>TRUE</VALUE><VALUE>TRUE</VALUE></IPARAMVALUE>`,
      `${named}<IPARAMVALUE NAME="PropertyList"><VALUE>Name</VALUE></IPARAMVALUE>`,
      `<IPARAMVALUE NAME="ClassName"><VALUE.ARRAY/></IPARAMVALUE>`,
      '',
    ])
      assert.equal((await call(wrong)).status, 4, wrong);
    assert.equal((await endpoint.call('Bogus', V2)).status, 7);
  });
});
