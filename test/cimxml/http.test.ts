import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { GUIDS, V2 } from '../wsman/kit/world.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import {
  className,
  extrinsic,
  instanceName,
  intrinsic,
  localInstancePath,
  message,
  namespacePath,
} from './kit/messages.ts';
import { readReply } from './kit/reply.ts';

const NAMES = intrinsic('EnumerateInstanceNames', V2, { ClassName: className('Msvm_ComputerSystem') });

describe('CIM-XML over HTTP (wire-cimxml §1, §2)', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint[Symbol.asyncDispose]());

  const refused = async (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await endpoint.http(body, { headers });
    assert.equal(answer.body.length, 0);
    return [answer.status, answer.headers['cimerror']];
  };

  test('X-001: nobody gets in without credentials, on any path and verb; the challenge is Basic', async () => {
    for (const path of ['/cimom', '/', '/ecimom', '/root/cimv2', '/cimom/']) {
      const answer = await endpoint.http(NAMES, { path, user: null });
      assert.equal(answer.status, 401, path);
      assert.match(String(answer.headers['www-authenticate']), /Basic realm=/);
      assert.equal(answer.body.length, 0);
      assert.equal(readReply(await endpoint.http(NAMES, { path })).items.length, 4, path);
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD'])
      assert.equal((await endpoint.http('', { method, user: null })).status, 401, method);
    assert.equal((await endpoint.http(NAMES, { user: 'nobody' })).status, 401);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'])
      assert.equal((await endpoint.http('', { method })).status, 405, method);
    const options = await endpoint.http('', { method: 'OPTIONS' });
    assert.deepEqual([options.status, options.headers['cimprotocolversion']], [200, '1.0']);
  });

  test('X-002: CIMMethod and CIMObject are percent-encoded, slashes too', async () => {
    for (const cimobject of ['root/virtualization/v2', 'root%2Fvirtualization%2Fv2', 'ROOT/Virtualization/V2']) {
      const headers = { cimmethod: 'EnumerateInstance%4Eames', cimobject };
      assert.equal(readReply(await endpoint.http(NAMES, { headers })).items.length, 4, cimobject);
    }
    const target = localInstancePath(
      V2,
      instanceName('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: GUIDS[0] }),
    );
    const cimobject = encodeURIComponent(
      `root/virtualization/v2:Msvm_ComputerSystem.Name="${GUIDS[0]}",CreationClassName="Msvm_ComputerSystem"`,
    );
    const answer = await endpoint.http(extrinsic('RequestStateChange', target), {
      headers: { cimmethod: 'RequestStateChange', cimobject },
    });
    assert.equal(readReply(answer).status, 0);
  });

  test('X-003: headers that say something else than the body are refused', async () => {
    assert.deepEqual(await refused(NAMES, { cimmethod: 'DeleteInstance' }), [400, 'header-mismatch']);
    assert.deepEqual(await refused(NAMES, { cimobject: 'root%2Fcimv2' }), [400, 'header-mismatch']);
    assert.deepEqual(await refused(NAMES, { cimobject: '%ff%' }), [400, 'request-not-valid']);
    const target = localInstancePath(
      V2,
      instanceName('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: GUIDS[0] }),
    );
    const other = `root/virtualization/v2:Msvm_ComputerSystem.Name="${GUIDS[1]}",CreationClassName="Msvm_ComputerSystem"`;
    for (const cimobject of [other, 'root/virtualization/v2', 'root/cimv2:Msvm_ComputerSystem', 'nonsense:'])
      assert.deepEqual(
        await refused(extrinsic('RequestStateChange', target), { cimobject: encodeURIComponent(cimobject) }),
        [400, 'header-mismatch'],
        cimobject,
      );
  });

  test('X-004: what is not XML is not well-formed, what is no message not valid', async () => {
    for (const body of ['', 'hello', '<CIM', '<CIM></MIC>', NAMES.replace('</CIM>', ''), '<a>&nbsp;</a>'])
      assert.deepEqual(await refused(body), [400, 'request-not-well-formed'], body.slice(0, 40));
    assert.deepEqual(await refused(Buffer.from([0x3c, 0xff, 0xfe, 0x00])), [400, 'request-not-well-formed']);
    const wrong = [
      '<SOAP/>',
      '<CIM/>',
      '<CIM CIMVERSION="2.0" DTDVERSION="2.0"/>',
      message(''),
      message('<IMETHODCALL/>'),
      message('<IMETHODCALL NAME="GetClass"/>'),
      message('<IMETHODCALL NAME="GetClass"><LOCALNAMESPACEPATH/></IMETHODCALL>'),
      message(`<IMETHODCALL NAME="GetClass">${namespacePath(V2)}<VALUE/></IMETHODCALL>`),
      message(`<IMETHODCALL NAME="GetClass">${namespacePath(V2)}<IPARAMVALUE/></IMETHODCALL>`),
      message(`<METHODCALL NAME="RequestStateChange">${namespacePath(V2)}</METHODCALL>`),
      message(`<METHODCALL NAME="X">${className('Msvm_ComputerSystem')}</METHODCALL>`),
      NAMES.replace(' ID="1001"', ''),
      NAMES.replace('<SIMPLEREQ>', '<SIMPLEREQ/><SIMPLEREQ>'),
    ];
    for (const body of wrong) assert.deepEqual(await refused(body), [400, 'request-not-valid'], body);
  });

  test('X-005: a reply names its type, its operation and the message it answers', async () => {
    const answer = await endpoint.http(NAMES.replace('ID="1001"', 'ID="a&lt;&quot;b"'));
    assert.equal(answer.headers['content-type'], 'application/xml; charset="utf-8"');
    assert.equal(answer.headers['cimoperation'], 'MethodResponse');
    assert.match(String(answer.headers['wbemserverresponsetime']), /^\d+$/);
    assert.match(answer.body.toString('utf8'), /<MESSAGE ID="a&lt;&quot;b" PROTOCOLVERSION="1.0">/);
    assert.match(answer.body.toString('utf8'), /<IMETHODRESPONSE NAME="EnumerateInstanceNames"><IRETURNVALUE>/);
  });

  test('X-007: a document type is never read', async () => {
    const declared = (doctype: string) => NAMES.replace('<CIM ', `${doctype}<CIM `);
    for (const doctype of [
      '<!DOCTYPE CIM [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
      '<!DOCTYPE CIM [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>',
      '<!DOCTYPE CIM [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    ])
      assert.deepEqual(await refused(declared(doctype)), [400, 'request-not-well-formed'], doctype);
    // One that declares nothing is what some clients send, and is passed over: what it names is not fetched.
    const asked: string[] = [];
    const canary = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.end('<!ENTITY canary "fetched">');
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    try {
      const trap = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
      for (const doctype of [
        '<!DOCTYPE CIM SYSTEM "CIM_DTD_V20.dtd">',
        `<!DOCTYPE CIM SYSTEM "${trap}/system.dtd">`,
        `<!DOCTYPE CIM PUBLIC "-//DMTF//DTD CIM 2.0//EN" "${trap}/public.dtd">`,
      ])
        assert.equal(readReply(await endpoint.http(declared(doctype))).items.length, 4, doctype);
      // The listener does hear who asks, and nobody came before.
      await (await fetch(`${trap}/this-test`)).text();
      assert.deepEqual(asked, ['/this-test']);
    } finally {
      canary.close();
      canary.closeAllConnections();
    }
    assert.deepEqual(await refused(NAMES.replace(V2.split('\\')[2] ?? '', '&xxe;')), [400, 'request-not-well-formed']);
  });

  test('X-008: versions of the protocol, of CIM and of the DTD', async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['PROTOCOLVERSION="1.0"', 'PROTOCOLVERSION="2.0"', 'unsupported-protocol-version'],
      ['CIMVERSION="2.0"', 'CIMVERSION="3.0"', 'unsupported-cim-version'],
      ['DTDVERSION="2.0"', 'DTDVERSION="1.0"', 'unsupported-dtd-version'],
    ];
    for (const [from, to, reason] of cases)
      assert.deepEqual(await refused(NAMES.replace(from, to)), [501, reason], reason);
    assert.deepEqual(await refused(NAMES, { cimprotocolversion: '3.1' }), [501, 'unsupported-protocol-version']);
    const newer = NAMES.replace('CIMVERSION="2.0"', 'CIMVERSION="2.3.1"')
      .replace('DTDVERSION="2.0"', 'DTDVERSION="2.4"')
      .replace('PROTOCOLVERSION="1.0"', 'PROTOCOLVERSION="1.4"');
    assert.equal((await endpoint.http(newer, { headers: { cimprotocolversion: '1.4' } })).status, 200);
  });

  test('X-009: batches and what listeners take are refused', async () => {
    const multi = NAMES.replaceAll('SIMPLEREQ', 'MULTIREQ');
    assert.deepEqual(await refused(multi), [501, 'multiple-requests-unsupported']);
    assert.deepEqual(await refused(NAMES, { cimbatch: '' }), [501, 'multiple-requests-unsupported']);
    const indication = NAMES.replaceAll('SIMPLEREQ', 'SIMPLEEXPREQ').replaceAll('IMETHODCALL', 'EXPMETHODCALL');
    assert.deepEqual(await refused(indication), [501, 'unsupported-operation']);
    assert.deepEqual(await refused(NAMES, { cimoperation: 'MethodResponse' }), [501, 'unsupported-operation']);
  });

  test('bodies of other types and codings: 415; too long: 413; what is wrong stands in PGErrorDetail', async () => {
    assert.equal((await endpoint.http(NAMES, { headers: { 'content-type': 'application/json' } })).status, 415);
    assert.equal((await endpoint.http(NAMES, { headers: { 'content-encoding': 'gzip' } })).status, 415);
    assert.equal((await endpoint.http(NAMES, { headers: { 'content-type': 'text/xml' } })).status, 200);
    await using small = await startEndpoint(undefined, { limits: { maxRequestBytes: 1000 } });
    assert.equal((await small.http(NAMES + ' '.repeat(1000))).status, 413);
    const detail = (await endpoint.http(NAMES, { headers: { cimmethod: 'X' } })).headers['pgerrordetail'];
    assert.match(decodeURIComponent(String(detail)), /^CIMMethod says "X"/);
  });

  test('UTF-16 is read; what the bytes are wins over their label', async () => {
    const utf16 = Buffer.from(`\uFEFF${NAMES.replace('encoding="utf-8"', 'encoding="utf-16"')}`, 'utf16le');
    for (const type of ['text/xml; charset="utf-16"', 'text/xml; charset=utf-8'])
      assert.equal((await endpoint.http(utf16, { headers: { 'content-type': type } })).status, 200, type);
    assert.deepEqual(await refused(NAMES, { 'content-type': 'text/xml; charset=koi8-r' }), [
      400,
      'request-not-well-formed',
    ]);
  });

  test('deep nesting and masses of elements end at a limit', async () => {
    const deep = `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`;
    assert.deepEqual(await refused(deep), [400, 'request-not-well-formed']);
    const wide = message(`<IMETHODCALL NAME="X">${'<a/>'.repeat(300_000)}</IMETHODCALL>`);
    assert.deepEqual(await refused(wide), [400, 'request-not-well-formed']);
  });

  test('a log-in whose messages must be encrypted is refused: only TLS encrypts here', async () => {
    await using strict = await startEndpoint(undefined, {
      authenticate: async ({ remoteAddress }) => ({
        ok: true,
        caller: { name: 'HV01\\admin', role: 'administrator', address: remoteAddress },
        lives: () => true,
        encryptionRequired: true,
      }),
    });
    const answer = await strict.http(NAMES);
    assert.equal(answer.status, 403);
    assert.match(decodeURIComponent(String(answer.headers['pgerrordetail'])), /HTTPS/);
  });
});
