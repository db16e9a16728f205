import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RecordedExchange, recordTo, toRecord } from '../../src/http/recorder.ts';
import { redact } from '../../src/http/redact.ts';
import { escapeXml } from '../../src/xml/escape.ts';
import { startEndpoint } from './kit/endpoint.ts';
import { getRequest, invokeRequest, WMI } from './kit/envelopes.ts';

test('exchanges are recorded as files without credentials, one per request, for the owner only', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vsms-record-'));
  try {
    await using endpoint = await startEndpoint({
      record: recordTo(join(directory, 'log'), (error) => assert.fail(String(error))),
    });
    await endpoint.soap(getRequest(`${WMI}/Msvm_VirtualSystemManagementService`));
    await endpoint.http(Buffer.from(`\uFEFF${getRequest(`${WMI}/Nope`)}`, 'utf16le'), {
      path: '/wsman?x=1',
      headers: { 'content-type': 'application/soap+xml;charset=UTF-16' },
    });
    await endpoint.soap(invokeRequest('Msvm_VirtualSystemManagementService', 'StartService', ''));
    await endpoint.http(getRequest(WMI), { user: null });
    const files = readdirSync(join(directory, 'log')).toSorted();
    assert.deepEqual(files, ['0001-Get.json', '0002-Get.json', '0003-StartService.json']);
    const [first, second] = files.map(
      (f) => JSON.parse(readFileSync(join(directory, 'log', f), 'utf8')) as RecordedExchange,
    );
    assert.equal(first?.status, 200);
    assert.match(first?.response ?? '', /Msvm_VirtualSystemManagementService_Type/);
    assert.equal(second?.status, 500);
    assert.equal(second?.url, '/wsman?x=1');
    assert.match(second?.request ?? '', /^<s:Envelope/);
    assert.match(second?.response ?? '', /^<s:Envelope.*DestinationUnreachable/s);
    const all = files.map((f) => readFileSync(join(directory, 'log', f), 'utf8')).join('');
    assert.doesNotMatch(all, /secret|Basic/);
    assert.equal(statSync(join(directory, 'log', files[0]!)).mode & 0o077, 0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('passwords and secrets among parameters are taken out of a record', () => {
  const text =
    '<p:AdminPassword>hunter2</p:AdminPassword><p:AdminPassword><![CDATA[<2>]]>x</p:AdminPassword><p:SharedSecret x="1">17</p:SharedSecret><Password>x</Password><p:Name>kept</p:Name>';
  assert.equal(
    redact(text),
    '<p:AdminPassword>***</p:AdminPassword><p:AdminPassword>***</p:AdminPassword><p:SharedSecret x="1">***</p:SharedSecret><Password>***</Password><p:Name>kept</p:Name>',
  );
});

const INSTANCE =
  '<INSTANCE CLASSNAME="Msvm_X"><PROPERTY NAME="Name" TYPE="string"><VALUE>kept</VALUE></PROPERTY>' +
  '<PROPERTY NAME="AdminPassword" TYPE="string"><VALUE>hunter2 &amp; &lt;more&gt;</VALUE></PROPERTY>' +
  '<PROPERTY.ARRAY NAME="Credentials" TYPE="string"><VALUE.ARRAY><VALUE>hunter2</VALUE><VALUE>hunter2</VALUE></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>';

test('so are those in embedded instances, in each way to write one, and as deep as they lie', () => {
  const mof = String.raw`instance of Msvm_X { Name = "kept"; AdminPassword = "hunter2 \"x\""; };`;
  const inner = String.raw`instance of Msvm_Y { Settings = "instance of Msvm_X { SharedSecret = \"hunter2\"; Name = \"kept\"; };"; };`;
  const parameter = (text: string): string => `<p:SystemSettings>${text}</p:SystemSettings>`;
  const embedded = (text: string): string =>
    `<PARAMVALUE NAME="SystemSettings"><VALUE>${escapeXml(text)}</VALUE></PARAMVALUE>`;
  const nested = `<INSTANCE CLASSNAME="Msvm_Y"><PROPERTY NAME="Settings"><VALUE>${escapeXml(INSTANCE)}</VALUE></PROPERTY></INSTANCE>`;
  for (const text of [
    parameter(escapeXml(INSTANCE)),
    parameter(`<![CDATA[${INSTANCE}]]>`),
    parameter(escapeXml(INSTANCE).replaceAll('&lt;', '&#60;').replaceAll('&quot;', '&#x22;')),
    parameter(INSTANCE.replaceAll('"', "'")),
    embedded(INSTANCE),
    embedded(nested),
    parameter(escapeXml(nested)),
    parameter(mof),
    parameter(escapeXml(mof)),
    embedded(mof),
    parameter(inner),
    parameter(escapeXml(inner)),
    parameter(
      escapeXml('<p:Msvm_X xmlns:p="x"><p:Name>kept</p:Name><p:AdminPassword>hunter2</p:AdminPassword></p:Msvm_X>'),
    ),
    parameter('instance of Msvm_X { Name = "kept"; Credentials = { "hunter2", "hunter2" }; Secret = 0hunter2; };'),
    parameter('instance of Msvm_X { Name = "kept"; Password = "hunter2" "hunter2"'),
    '<p:Name>kept</p:Name><p:asciiText>hunter2</p:asciiText>',
    `<w:Selector Name="UserPassword">hunter2</w:Selector><w:Selector Name="Name">kept</w:Selector>`,
    parameter(escapeXml("SELECT Name, kept FROM X WHERE Password = 'hunter2' AND Name = 'kept'")),
    // Cut off in the middle, or not to be read: rather too little is told.
    embedded(INSTANCE).slice(0, embedded(INSTANCE).indexOf('hunter2') + 7),
    '<p:Name>kept</p:Name><p:S>&nonsense; &lt;Password&gt;hunter2</p:S>',
  ]) {
    const told = redact(text);
    assert.doesNotMatch(told, /hunter2/, text);
    assert.match(told, /kept/, text);
    assert.match(told, /\*\*\*/);
  }
});

test('what has no secret in it is told as it came', () => {
  for (const text of [
    '<p:SystemSettings>&lt;INSTANCE CLASSNAME=&quot;X&quot;&gt;&#60;A/&gt;&apos;&amp;amp;</p:SystemSettings>',
    '<p:S>instance of X { Name = "TokenRing"; Password; };</p:S>',
    '<p:Notes>R&amp;D</p:Notes><PROPERTY NAME="PasswordKept" TYPE="string"> </PROPERTY>',
    `<x>${'&amp;lt;'.repeat(10_000)}</x>`,
    `<x>${'"'.repeat(10_000)}${'{'.repeat(10_000)}</x>`,
    // Texts that look as if one were about to come, over and over.
    'password'.repeat(100_000),
    '<password '.repeat(100_000),
    '<PROPERTY NAME="password" '.repeat(50_000),
    `<PROPERTY NAME="${'secret'.repeat(100_000)}`,
    `<PROPERTY ${'NAME="secret"'.repeat(50_000)}`,
    'password '.repeat(100_000),
    `password${' '.repeat(500_000)}`,
    `<PROPERTY NAME="password">${' '.repeat(500_000)}<x/>`,
  ])
    assert.equal(redact(text), text);
});

test('passwords are taken out in every encoding that is taken', () => {
  const body = '<p:AdminPassword>hunter2</p:AdminPassword>';
  const little = Buffer.from(body, 'utf16le');
  const big = Buffer.from(little).swap16();
  const response = { status: 200, contentType: null, body: Buffer.from('<p:AdminPassword>x') };
  for (const bytes of [little, big, Buffer.concat([Buffer.from([0xfe, 0xff]), big])]) {
    const request = { url: '/wsman', contentType: 'application/soap+xml;charset=UTF-16', body: bytes };
    const record = toRecord({ request, response });
    assert.deepEqual(
      [record.request, record.response],
      ['<p:AdminPassword>***</p:AdminPassword>', '<p:AdminPassword>***'],
    );
  }
  const request = { url: '/wsman', contentType: null, body: Buffer.from([0xff, 0x61]) };
  assert.match(toRecord({ request, response }).request, /^\(2 bytes: .*not valid UTF-8/);
});

test('a record that cannot be written is told, and the client gets its answer', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vsms-record-'));
  const told: unknown[] = [];
  const record = recordTo(join(directory, 'log'), (error) => told.push(error));
  rmSync(directory, { recursive: true });
  await using endpoint = await startEndpoint({ record });
  const reply = await endpoint.soap(getRequest(`${WMI}/Msvm_VirtualSystemManagementService`));
  assert.deepEqual([reply.status, told.length], [200, 1]);
});
