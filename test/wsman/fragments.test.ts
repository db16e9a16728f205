import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attribute } from '../../src/xml/element.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { at, ENUM, envelope, getRequest, pullRequest, textAt, WMI, XFER } from './kit/envelopes.ts';
import { GUIDS } from './kit/world.ts';

const SETTING = `${WMI}/Msvm_VirtualSystemSettingData`;
const KEYS = { InstanceID: `Microsoft:${GUIDS[0]}` };
const WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd';
const CIMXML = 'http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*';
const fragment = (path: string, attributes = 's:mustUnderstand="true"'): string =>
  `<w:FragmentTransfer ${attributes}>${path}</w:FragmentTransfer>`;

describe('fragments and class metadata', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const code = async (text: string): Promise<string> => {
    const reply = await endpoint.soap(text);
    const fault = at(reply.body, 'Detail', 'WSManFault');
    return fault === undefined ? `${reply.status}` : (attribute(fault, 'Code') ?? '');
  };
  const get = (path: string, attributes?: string): string =>
    getRequest(SETTING, KEYS, { headers: fragment(path, attributes) });
  const put = (path: string, body: string): string =>
    envelope({
      action: `${XFER}/Put`,
      uri: SETTING,
      selectors: KEYS,
      headers: fragment(path),
      body: `<w:XmlFragment xmlns:q="${SETTING}">${body}</w:XmlFragment>`,
    });
  const stored = () => endpoint.world.settings.instances.find((i) => i.get('InstanceID') === KEYS.InstanceID)!;

  for (const path of [
    'ElementName',
    'Msvm_VirtualSystemSettingData/ElementName',
    '/Msvm_VirtualSystemSettingData/ElementName',
    'p:Msvm_VirtualSystemSettingData/p:ElementName',
    'elementname',
  ]) {
    test(`W-104 fragment Get of ${path}`, async () => {
      const reply = await endpoint.soap(get(path));
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.body?.local, 'XmlFragment');
      assert.equal(reply.body?.ns, WSMAN);
      assert.deepEqual(
        reply.body?.children.map((c) => [c.prefix, c.local, c.text]),
        [['p', 'ElementName', 'vm0']],
      );
      assert.equal(textAt(reply.header, 'FragmentTransfer'), path);
    });
  }

  test('W-104 arrays, one element of an array, text alone, NULL', async () => {
    assert.deepEqual(
      (await endpoint.soap(get('Notes'))).body?.children.map((c) => c.text),
      ['first', 'second'],
    );
    assert.deepEqual(
      (await endpoint.soap(get('Notes[2]'))).body?.children.map((c) => c.text),
      ['second'],
    );
    const text = await endpoint.soap(get('Notes[2]/text()'));
    assert.equal(text.body?.text, 'second');
    assert.equal(text.body?.children.length, 0);
    assert.match((await endpoint.soap(get('BIOSGUID'))).text, /<p:BIOSGUID xsi:nil="true"\/>/);
    assert.match((await endpoint.soap(get('CreationTime'))).text, /<cim:Datetime>/);
  });

  test('W-105 fragment Put replaces a property, one element, or sets NULL', async () => {
    const reply = await endpoint.soap(put('ElementName', '<q:ElementName>piece</q:ElementName>'));
    assert.equal(reply.status, 200, reply.text);
    assert.equal(textAt(reply.body, 'ElementName'), 'piece');
    assert.equal(stored().get('ElementName'), 'piece');
    await endpoint.soap(put('Notes[2]', '<q:Notes>changed</q:Notes>'));
    assert.deepEqual(stored().get('Notes'), ['first', 'changed']);
    await endpoint.soap(put('Notes', '<q:Notes>x</q:Notes><q:Notes>y</q:Notes><q:Notes>z</q:Notes>'));
    assert.deepEqual(stored().get('Notes'), ['x', 'y', 'z']);
    await endpoint.soap(put('ElementName/text()', 'plain'));
    assert.equal(stored().get('ElementName'), 'plain');
    await endpoint.soap(put('Notes', ''));
    assert.equal(stored().get('Notes'), null);
    await endpoint.soap(put('ElementName', '<q:ElementName xsi:nil="true"/>'));
    assert.equal(stored().get('ElementName'), null);
  });

  test('W-105 fragment Put refuses another property, a wrong type and another body', async () => {
    assert.equal(await code(put('ElementName', '<q:Notes>x</q:Notes>')), '2150858838');
    assert.equal(await code(put('BIOSNumLock', '<q:BIOSNumLock>perhaps</q:BIOSNumLock>')), '2150858836');
    assert.equal(await code(put('Notes[9]', '<q:Notes>x</q:Notes>')), '2150858899');
    assert.equal(
      await code(
        envelope({
          action: `${XFER}/Put`,
          uri: SETTING,
          selectors: KEYS,
          headers: fragment('Notes'),
          body: '<q xmlns="urn:x"/>',
        }),
      ),
      '2150858773',
    );
  });

  for (const path of [
    'Nothing',
    '',
    'Notes[0]',
    'Notes[9]',
    '//Notes/..',
    'Other_Class/Notes',
    'count(Notes)',
    'Notes | ElementName',
    `Notes${'[1]'.repeat(500)}`,
  ]) {
    test(`W-106 bad path "${path.slice(0, 30)}": CannotProcessFilter 2150858899`, async () => {
      assert.equal(await code(get(path)), '2150858899');
    });
  }

  test('W-106 another dialect, and mustUnderstand="false"', async () => {
    assert.equal(await code(get('Notes', 's:mustUnderstand="true" Dialect="urn:other"')), '2150858896');
    assert.equal(
      await code(get('Notes', 's:mustUnderstand="true" Dialect="http://www.w3.org/TR/1999/REC-xpath-19991116"')),
      '200',
    );
    assert.equal(await code(get('Notes', 's:mustUnderstand="false"')), '2150858767');
  });

  test('W-107 Get on the cim-xml URI answers the class', async () => {
    const reply = await endpoint.soap(
      getRequest(
        CIMXML,
        { __cimnamespace: 'root/virtualization/v2', ClassName: 'msvm_computersystem' },
        {
          options: [
            ['IncludeInheritanceHierarchy', 'true'],
            ['IncludeInheritedElements', 'true'],
            ['IncludeQualifiers', 'true'],
            ['msftwinrm:UsePreciseArrays', 'true'],
          ],
        },
      ),
    );
    assert.equal(reply.status, 200, reply.text);
    const cls = reply.body!;
    assert.equal(cls.local, 'CLASS');
    assert.equal(cls.ns, '');
    assert.equal(attribute(cls, 'NAME'), 'Msvm_ComputerSystem');
    assert.equal(attribute(cls, 'SUPERCLASS'), 'CIM_ComputerSystem');
    const property = cls.children.find((c) => attribute(c, 'NAME') === 'Name');
    assert.ok(property?.children.some((q) => attribute(q, 'NAME') === 'key'));
    assert.equal(cls.children.find((c) => attribute(c, 'NAME') === 'OperationalStatus')?.local, 'PROPERTY.ARRAY');
    const method = cls.children.find((c) => c.local === 'METHOD' && attribute(c, 'NAME') === 'RequestStateChange');
    assert.equal(attribute(method!, 'TYPE'), 'uint32');
    assert.equal(method?.children.find((p) => attribute(p, 'NAME') === 'Job')?.local, 'PARAMETER.REFERENCE');
    assert.ok(at(cls, 'DERIVATION')!.children.length >= 3);
  });

  test('W-107 without inherited elements and qualifiers the class is its own part', async () => {
    const reply = await endpoint.soap(
      getRequest(
        CIMXML,
        { ClassName: 'Msvm_ComputerSystem' },
        {
          options: [
            ['IncludeInheritedElements', 'false'],
            ['IncludeQualifiers', 'false'],
          ],
        },
      ),
    );
    assert.ok(!reply.body!.children.some((c) => attribute(c, 'NAME') === 'CreationClassName'));
    assert.doesNotMatch(reply.text, /QUALIFIER/);
  });

  test('W-107 an unknown class: 2150858752; no class: InsufficientSelectors', async () => {
    assert.equal(await code(getRequest(CIMXML, { ClassName: 'Nope' })), '2150858752');
    assert.equal(await code(getRequest(CIMXML)), '2150858842');
    assert.equal(
      await code(getRequest(CIMXML, { ClassName: 'Msvm_ComputerSystem', __cimnamespace: 'root/nope' })),
      '2150858811',
    );
  });

  test('W-108 Enumerate on the cim-xml URI lists classes, below one class, whole or by name', async () => {
    const list = async (
      selectors: Readonly<Record<string, string>>,
      deep: boolean,
      inner = '',
    ): Promise<readonly string[]> => {
      const reply = await endpoint.soap(
        envelope({
          action: `${ENUM}/Enumerate`,
          uri: CIMXML,
          selectors,
          options: [['IncludeSubClasses', String(deep)]],
          body: `<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>3</w:MaxElements>${inner}</n:Enumerate>`,
        }),
      );
      assert.equal(reply.status, 200, reply.text);
      const names = at(reply.body, 'Items')!.children.map(
        (c) => attribute(c, 'NAME') ?? textAt(c, 'ReferenceParameters', 'SelectorSet') ?? c.local,
      );
      if (textAt(reply.body, 'EnumerationContext') === '') return names;
      const rest = await endpoint.soap(
        pullRequest(CIMXML, textAt(reply.body, 'EnumerationContext')!, '<n:MaxElements>32000</n:MaxElements>', {
          headers: '<w:MaxEnvelopeSize>30000000</w:MaxEnvelopeSize>',
        }),
      );
      assert.equal(rest.status, 200, rest.text);
      return [...names, ...at(rest.body, 'Items')!.children.map((c) => attribute(c, 'NAME') ?? c.local)];
    };
    const below = await list({ ClassName: 'CIM_ComputerSystem' }, true);
    assert.ok(below.includes('Msvm_ComputerSystem') && below.includes('Msvm_PlannedComputerSystem'));
    const deep = await list({ __cimnamespace: 'root/virtualization/v2' }, true);
    const roots = await list({ __cimnamespace: 'root/virtualization/v2' }, false);
    assert.ok(
      deep.length > roots.length && deep.includes('Msvm_ComputerSystem') && !roots.includes('Msvm_ComputerSystem'),
    );
    const names = await list(
      { ClassName: 'CIM_ComputerSystem' },
      false,
      '<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>',
    );
    assert.ok(names.length > 0);
  });
});
