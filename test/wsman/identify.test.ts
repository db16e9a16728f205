import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { at, textAt } from './kit/envelopes.ts';

const IDENTIFY =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>';
const ANONYMOUS = { user: null, headers: { WSMANIDENTIFY: 'unauthenticated' } } as const;

describe('Identify', () => {
  let endpoint: TestEndpoint;
  before(async () => {
    endpoint = await startEndpoint({ identity: { vendor: 'Example & Co', osVersion: '10.0.20348' } });
  });
  after(() => endpoint[Symbol.asyncDispose]());

  test('W-010 authenticated Identify tells protocol, vendor, version and security profiles', async () => {
    const reply = await endpoint.soap(IDENTIFY);
    assert.equal(reply.status, 200);
    assert.equal(reply.body?.local, 'IdentifyResponse');
    assert.equal(textAt(reply.body, 'ProtocolVersion'), 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd');
    assert.equal(textAt(reply.body, 'ProductVendor'), 'Example & Co');
    assert.match(textAt(reply.body, 'SecurityProfiles', 'SecurityProfileName') ?? '', /secprofile\/http\/basic$/);
  });

  for (const path of ['/wsman', '/wsman-anon/identify']) {
    test(`W-011 anonymous Identify on ${path} has no security profiles and no version of the host`, async () => {
      const reply = await endpoint.soap(IDENTIFY, { ...ANONYMOUS, path });
      assert.equal(reply.status, 200);
      assert.equal(at(reply.body, 'SecurityProfiles'), undefined);
      assert.equal(textAt(reply.body, 'ProductVersion'), 'OS: 0.0.0 SP: 0.0 Stack: 3.0');
    });
  }

  test('W-012 anonymous without the header: 401', async () => {
    const reply = await endpoint.http(IDENTIFY, { user: null });
    assert.equal(reply.status, 401);
    assert.equal(reply.body.length, 0);
  });

  test('W-012 the header opens Identify only', async () => {
    const other = IDENTIFY.replace('<i:Identify/>', '<i:Other/>');
    for (const path of ['/wsman', '/wsman-anon/identify']) {
      const reply = await endpoint.http(other, { ...ANONYMOUS, path });
      assert.equal(reply.status, 401, path);
      assert.equal(reply.body.length, 0);
    }
  });

  test('W-012 an anonymous body is bounded', async () => {
    const long = Buffer.alloc(70_000, 0x20);
    assert.equal((await endpoint.http(long, ANONYMOUS)).status, 413);
    assert.equal((await endpoint.http(long, { ...ANONYMOUS, path: '/wsman-anon/identify' })).status, 413);
    assert.equal((await endpoint.http(IDENTIFY, { ...ANONYMOUS, chunked: true })).status, 413);
  });

  test('W-012 what an anonymous caller sends is 401 even when it cannot be read', async () => {
    for (const body of ['<broken', '<!DOCTYPE x><x/>', '', Buffer.from([0xff, 0xfe, 0x00])]) {
      assert.equal((await endpoint.http(body, ANONYMOUS)).status, 401);
    }
    const json = { ...ANONYMOUS, headers: { ...ANONYMOUS.headers, 'content-type': 'application/json' } };
    assert.equal((await endpoint.http('{}', json)).status, 401);
    assert.equal((await endpoint.http('', { ...ANONYMOUS, method: 'GET' })).status, 401);
  });

  test('W-012 the header with wrong credentials is not anonymous', async () => {
    const reply = await endpoint.http(IDENTIFY, {
      user: null,
      headers: { WSMANIDENTIFY: 'unauthenticated', authorization: 'Basic bm9ib2R5OmJhZA==' },
    });
    assert.equal(reply.status, 401);
  });

  test('W-013 ProductVersion has exactly the form that clients parse', async () => {
    for (const options of [{}, ANONYMOUS]) {
      const reply = await endpoint.soap(IDENTIFY, options);
      assert.match(textAt(reply.body, 'ProductVersion') ?? '', /^OS: \d+\.\d+\.\d+ SP: \d+\.\d+ Stack: 3\.0$/);
    }
  });
});
