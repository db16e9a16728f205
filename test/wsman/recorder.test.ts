import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RecordedExchange, recordTo, redact, toRecord } from '../../src/http/recorder.ts';
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
