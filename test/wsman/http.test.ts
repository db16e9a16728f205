import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { at } from './kit/envelopes.ts';
import { getRequest, WMI } from './kit/envelopes.ts';
import { readSoap, startEndpoint, type TestEndpoint } from './kit/endpoint.ts';

const GET = getRequest(`${WMI}/Msvm_VirtualSystemManagementService`);

/** Send raw bytes on one connection until `until` is seen or the peer ends. */
function raw(url: string, text: string, until: RegExp): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    let seen = '';
    const done = (): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      seen += chunk;
      if (until.test(seen)) done();
    });
    socket.on('end', done);
    socket.on('error', reject);
  });
}

describe('HTTP layer', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    endpoint = await startEndpoint({ limits: { maxRequestBytes: 100_000 } });
  });
  after(() => endpoint[Symbol.asyncDispose]());

  test('W-001 POST /wsman with UTF-8 SOAP gives 200 and application/soap+xml;charset=UTF-8', async () => {
    const reply = await endpoint.http(GET);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['content-type'], 'application/soap+xml;charset=UTF-8');
    assert.equal(readSoap(reply).body?.local, 'Msvm_VirtualSystemManagementService');
  });

  test('W-001 /wsman/ and a query string are the same service', async () => {
    assert.equal((await endpoint.http(GET, { path: '/wsman/' })).status, 200);
    assert.equal((await endpoint.http(GET, { path: '/wsman?PSVersion=5.1.22621' })).status, 200);
  });

  for (const [name, bytes] of [
    ['with BOM', Buffer.from(`\uFEFF${GET}`, 'utf16le')],
    ['without BOM', Buffer.from(GET, 'utf16le')],
    ['big-endian with BOM', Buffer.from(`\uFEFF${GET}`, 'utf16le').swap16()],
  ] as const) {
    test(`W-002 UTF-16 ${name} gives a UTF-16LE reply with a BOM`, async () => {
      const reply = await endpoint.http(bytes, { headers: { 'content-type': 'application/soap+xml;charset=UTF-16' } });
      assert.equal(reply.status, 200);
      assert.equal(reply.headers['content-type'], 'application/soap+xml;charset=UTF-16');
      assert.deepEqual([...reply.body.subarray(0, 2)], [0xff, 0xfe]);
      assert.equal(readSoap(reply).body?.local, 'Msvm_VirtualSystemManagementService');
    });
  }

  test('W-002 UTF-16 bytes labelled UTF-8 are read as what they are', async () => {
    const reply = await endpoint.http(Buffer.from(GET, 'utf16le'));
    assert.equal(reply.headers['content-type'], 'application/soap+xml;charset=UTF-16');
    assert.equal(reply.status, 200);
  });

  test('W-003 Expect: 100-continue is honoured', async () => {
    const head =
      `POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${Buffer.from('admin:secret').toString('base64')}\r\n` +
      `Content-Type: application/soap+xml\r\nContent-Length: ${Buffer.byteLength(GET)}\r\nExpect: 100-continue\r\n\r\n`;
    assert.match(await raw(endpoint.url, head, /\r\n\r\n/), /^HTTP\/1\.1 100 Continue\r\n/);
  });

  test('W-004 chunked request bodies are accepted', async () => {
    assert.equal((await endpoint.http(GET, { chunked: true })).status, 200);
  });

  test('W-004 one connection serves 100 requests', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    agent.on('free', (socket) => sockets.add(socket));
    for (let i = 0; i < 100; i++) assert.equal((await endpoint.http(GET, { agent })).status, 200);
    agent.destroy();
    assert.equal(sockets.size, 1);
  });

  test('W-005 wrong path 404, wrong method 405, both without a body to read into', async () => {
    assert.equal((await endpoint.http(GET, { path: '/wsmanx' })).status, 404);
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) {
      const reply = await endpoint.http('', { method });
      assert.equal(reply.status, 405, method);
      assert.equal(reply.headers['allow'], 'POST');
    }
  });

  test('K3 without credentials every verb on every path is 401, chunked or not', async () => {
    for (const path of ['/wsman', '/wsman/', '/wsman-anon/identify', '/wsman?x=1']) {
      for (const method of ['POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
        const reply = await endpoint.http(method === 'POST' ? GET : '', { path, method, user: null });
        assert.equal(reply.status, 401, `${method} ${path}`);
        assert.equal(reply.body.length, 0);
      }
      assert.equal((await endpoint.http(GET, { path, user: null, chunked: true })).status, 401);
    }
  });

  test('W-005 POST without credentials: 401, empty body, one header line per scheme', async () => {
    const reply = await endpoint.http(GET, { user: null });
    assert.equal(reply.status, 401);
    assert.equal(reply.body.length, 0);
    assert.equal(reply.headers['content-length'], '0');
    const lines = reply.rawHeaders.filter((_, i) => reply.rawHeaders[i - 1]?.toLowerCase() === 'www-authenticate');
    assert.deepEqual(lines, ['Negotiate', 'Basic realm="WSMAN"']);
  });

  test('W-005 after a 401 the same connection serves the repeated request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    agent.on('free', (socket) => sockets.add(socket));
    assert.equal((await endpoint.http(GET, { agent, user: null })).status, 401);
    assert.equal((await endpoint.http(GET, { agent })).status, 200);
    agent.destroy();
    assert.equal(sockets.size, 1);
  });

  test('W-005 credentials are not inherited by the next request of a connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal((await endpoint.http(GET, { agent })).status, 200);
    assert.equal((await endpoint.http(GET, { agent, user: null })).status, 401);
    agent.destroy();
  });

  test('W-006 a body over the limit: 413, told by length or found while reading', async () => {
    const long = Buffer.alloc(100_001, 0x20);
    assert.equal((await endpoint.http(long)).status, 413);
    assert.equal((await endpoint.http(long, { chunked: true })).status, 413);
    assert.equal((await endpoint.http(GET)).status, 200);
  });

  test('W-007 a SOAP fault has status 500', async () => {
    const reply = await endpoint.soap(getRequest(`${WMI}/Msvm_Nothing`));
    assert.equal(reply.status, 500);
    assert.equal(reply.body?.local, 'Fault');
  });

  for (const [name, document] of [
    ['internal entity', '<!DOCTYPE x [<!ENTITY a "aaaa">]>'],
    ['external entity', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'],
    ['external DTD', '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'],
    ['parameter entity', '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]>'],
  ] as const) {
    for (const utf16 of [false, true]) {
      test(`W-008 ${name} is refused (${utf16 ? 'UTF-16' : 'UTF-8'})`, async () => {
        const text = document + GET.replace('http://127.0.0.1/wsman', name.includes('entity') ? '&a;' : 'x');
        const reply = await endpoint.soap(utf16 ? Buffer.from(text, 'utf16le') : text);
        assert.equal(reply.status, 500);
        assert.match(reply.text, /Code="2150858817"/);
        assert.doesNotMatch(reply.text, /root:|aaaa/);
      });
    }
  }

  test('W-008 deep nesting and very many attributes end in a fault', async () => {
    const deep = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</s:Body></s:Envelope>`;
    assert.equal((await endpoint.soap(deep)).status, 500);
    const wide = `<s:Envelope ${Array.from({ length: 9000 }, (_, i) => `a${i}=""`).join(' ')}/>`;
    assert.equal((await endpoint.soap(wide)).status, 500);
  });

  for (const type of [
    'application/soap+xml;charset=UTF-8',
    'Application/SOAP+XML; Charset="utf-8"',
    'application/soap+xml ; charset = utf-8',
    'application/soap+xml',
    'text/xml; charset=utf-8',
    'application/xml',
    'application/soap+xml;charset=UTF-8;action="x"',
  ]) {
    test(`W-009 content type ${type} is accepted`, async () => {
      assert.equal((await endpoint.http(GET, { headers: { 'content-type': type } })).status, 200);
    });
  }

  test('W-009 another content type: 415', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      assert.equal((await endpoint.http(GET, { headers: { 'content-type': type } })).status, 415, type);
    }
  });

  test('W-009 another charset: EncodingLimit/CharacterSet', async () => {
    const reply = await endpoint.soap(GET, { headers: { 'content-type': 'application/soap+xml;charset=ISO-8859-1' } });
    assert.match(reply.text, /faultDetail\/CharacterSet/);
    assert.match(reply.text, /Code="2150858796"/);
  });

  test('W-009 an XML declaration of another encoding, and bytes that are no UTF-8, are refused', async () => {
    const declared = await endpoint.soap(`<?xml version="1.0" encoding="windows-1252"?>${GET}`);
    assert.match(declared.text, /faultDetail\/CharacterSet/);
    const broken = await endpoint.http(Buffer.concat([Buffer.from(GET), Buffer.from([0xc3, 0x28])]));
    assert.match(readSoap(broken).text, /faultDetail\/CharacterSet/);
  });

  test('an authenticated POST with an empty body is answered 200 and empty (the last leg of Negotiate)', async () => {
    const reply = await endpoint.http('');
    assert.equal(reply.status, 200);
    assert.equal(reply.body.length, 0);
  });

  test('a document that is no envelope is a fault', async () => {
    const cases = [
      ['<a/>', '2150858819'],
      ['not xml', '2150858817'],
      ['<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>', '2150858819'],
      ['<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>', '2150858765'],
    ] as const;
    for (const [text, code] of cases) {
      const reply = await endpoint.soap(text);
      assert.equal(
        at(reply.body, 'Detail', 'WSManFault')?.attributes.find((a) => a.local === 'Code')?.value,
        code,
        text,
      );
    }
  });
});
