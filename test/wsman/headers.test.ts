import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attribute } from '../../src/xml/element.ts';
import { startEndpoint, type TestEndpoint } from './kit/endpoint.ts';
import { ANON, at, envelope, getRequest, textAt, WMI, XFER } from './kit/envelopes.ts';

const SERVICE = `${WMI}/Msvm_VirtualSystemManagementService`;
const withHeader = (headers: string): string => getRequest(SERVICE, undefined, { headers });

describe('headers', () => {
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

  test('W-014 RelatesTo echoes MessageID; every reply has a new MessageID and goes to anonymous', async () => {
    const first = await endpoint.soap(getRequest(SERVICE, undefined, { messageId: 'urn:uuid:abc<&>' }));
    const second = await endpoint.soap(getRequest(SERVICE));
    assert.equal(textAt(first.header, 'RelatesTo'), 'urn:uuid:abc<&>');
    assert.match(textAt(first.header, 'MessageID') ?? '', /^uuid:[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    assert.notEqual(textAt(first.header, 'MessageID'), textAt(second.header, 'MessageID'));
    assert.equal(textAt(first.header, 'To'), ANON);
    assert.equal(textAt(first.header, 'Action'), `${XFER}/GetResponse`);
  });

  test('W-014 a fault relates to its request too', async () => {
    const reply = await endpoint.soap(getRequest(`${WMI}/Nope`, undefined, { messageId: 'uuid:77' }));
    assert.equal(textAt(reply.header, 'RelatesTo'), 'uuid:77');
  });

  test('W-014 an empty, missing or endless MessageID is an invalid header', async () => {
    assert.equal(await code(getRequest(SERVICE, undefined, { messageId: '' })), '2150858767');
    assert.equal(await code(getRequest(SERVICE, undefined, { messageId: null })), '2150858767');
    assert.equal(await code(getRequest(SERVICE, undefined, { messageId: 'x'.repeat(2049) })), '2150858767');
    assert.equal(await code(getRequest(SERVICE, undefined, { messageId: 'x'.repeat(2048) })), '200');
  });

  test('W-015 a ReplyTo that is not anonymous: UnsupportedFeature/AddressingMode', async () => {
    for (const name of ['ReplyTo', 'FaultTo']) {
      const reply = await endpoint.soap(
        getRequest(SERVICE, undefined, {
          replyTo: `<a:${name}><a:Address>http://example.com/</a:Address></a:${name}>`,
        }),
      );
      assert.match(reply.text, /w:UnsupportedFeature/);
      assert.match(reply.text, /faultDetail\/AddressingMode/);
    }
  });

  test('W-015 a missing ReplyTo is anonymous', async () => {
    assert.equal(await code(getRequest(SERVICE, undefined, { replyTo: '' })), '200');
  });

  for (const value of ['true', '1']) {
    test(`W-016 an unknown header with mustUnderstand="${value}" is refused and named`, async () => {
      const reply = await endpoint.soap(withHeader(`<y:Odd xmlns:y="urn:odd" s:mustUnderstand="${value}"/>`));
      assert.equal(textAt(reply.body, 'Code', 'Value'), 's:MustUnderstand');
      assert.match(reply.text, /Code="2150858768"/);
      assert.match(reply.text, /<s:NotUnderstood qname="q:Odd" xmlns:q="urn:odd"\/>/);
    });
  }

  test('W-016 a known name in another namespace is not understood', async () => {
    assert.equal(await code(withHeader('<y:Action xmlns:y="urn:odd" s:mustUnderstand="true"/>')), '2150858768');
  });

  test('W-017 unknown optional headers and robust-connection headers are ignored, and none is sent back', async () => {
    const reply = await endpoint.soap(
      withHeader(
        '<y:Odd xmlns:y="urn:odd" s:mustUnderstand="false">x</y:Odd><y:Odd2 xmlns:y="urn:odd"/>' +
          '<p:OperationID s:mustUnderstand="true">uuid:1</p:OperationID><p:SequenceId s:mustUnderstand="false">1</p:SequenceId>' +
          '<p:SessionId>uuid:2</p:SessionId><p:ActivityId>1</p:ActivityId><p:CompressionType s:mustUnderstand="false">xpress</p:CompressionType>',
      ),
    );
    assert.equal(reply.status, 200);
    assert.equal(at(reply.header, 'OperationID'), undefined);
    assert.equal(at(reply.header, 'SequenceId'), undefined);
  });

  test('W-018 MaxEnvelopeSize 8191 is too small, 8192 is not', async () => {
    const reply = await endpoint.soap(
      withHeader('<w:MaxEnvelopeSize s:mustUnderstand="true">8191</w:MaxEnvelopeSize>'),
    );
    assert.match(reply.text, /faultDetail\/MinimumEnvelopeLimit/);
    assert.match(reply.text, /Code="2150858878"/);
    assert.equal(await code(withHeader('<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>')), '200');
    assert.equal(await code(withHeader('<w:MaxEnvelopeSize>many</w:MaxEnvelopeSize>')), '2150858767');
  });

  for (const duration of [
    'PT60.000S',
    'PT20S',
    'P0DT0H0M20S',
    'PT1M',
    'P1W',
    'P0Y0M0DT0H1M0.5S',
    ' PT60S ',
    'PT0.5H',
  ]) {
    test(`W-019 OperationTimeout ${duration} is accepted`, async () => {
      assert.equal(await code(withHeader(`<w:OperationTimeout>${duration}</w:OperationTimeout>`)), '200');
    });
  }

  for (const duration of ['-PT1S', 'PT0S', 'P', 'PT', '60', 'soon', '']) {
    test(`W-019 OperationTimeout "${duration}" is a fault`, async () => {
      const reply = await endpoint.soap(withHeader(`<w:OperationTimeout>${duration}</w:OperationTimeout>`));
      assert.match(reply.text, /a:InvalidMessageInformationHeader/);
      assert.match(reply.text, /faultDetail\/InvalidTimeout/);
    });
  }

  test('W-020 Locale with mustUnderstand=true is a fault; without, or unqualified, it is ignored', async () => {
    const locale = (must: string): string => withHeader(`<w:Locale xml:lang="de-DE" ${must}/>`);
    const reply = await endpoint.soap(locale('s:mustUnderstand="true"'));
    assert.match(reply.text, /w:UnsupportedFeature/);
    assert.match(reply.text, /faultDetail\/Locale/);
    assert.equal(await code(locale('s:mustUnderstand="false"')), '200');
    assert.equal(await code(locale('mustUnderstand="true"')), '200');
    assert.equal(await code(withHeader('<p:DataLocale xml:lang="de-DE" s:mustUnderstand="true"/>')), '2150858834');
  });

  for (const value of ['true', '1']) {
    test(`W-021 mustUnderstand="${value}" on the headers of WS-Management is understood`, async () => {
      const must = `s:mustUnderstand="${value}"`;
      const text =
        `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>` +
        `<a:Action ${must}>${XFER}/Get</a:Action><a:To ${must}>x</a:To><w:ResourceURI ${must}>${SERVICE}</w:ResourceURI>` +
        `<a:MessageID ${must}>uuid:1</a:MessageID><a:ReplyTo ${must}><a:Address ${must}>${ANON}</a:Address></a:ReplyTo>` +
        `<w:MaxEnvelopeSize ${must}>153600</w:MaxEnvelopeSize><w:OperationTimeout ${must}>PT60S</w:OperationTimeout>` +
        `<w:FragmentTransfer ${must}>ElementName</w:FragmentTransfer><w:SelectorSet ${must}/><w:OptionSet ${must}/></s:Header><s:Body/></s:Envelope>`;
      assert.equal(await code(text), '200');
    });
  }

  test('W-022 white space and new lines around header values are tolerated', async () => {
    const reply = await endpoint.soap(
      envelope({
        action: `\n  ${XFER}/Get\n`,
        uri: `\n\t${SERVICE}  \n`,
        messageId: '\n uuid:9 \n',
        replyTo: `<a:ReplyTo><a:Address>\n${ANON}\n</a:Address></a:ReplyTo>`,
        headers: '<w:MaxEnvelopeSize> 153600\n</w:MaxEnvelopeSize>',
      }),
    );
    assert.equal(reply.status, 200);
    assert.equal(textAt(reply.header, 'RelatesTo'), 'uuid:9');
  });

  test('an absent Action, and an absent resource URI, are required headers', async () => {
    assert.equal(await code(envelope({ uri: SERVICE })), '2150858769');
    assert.equal(await code(envelope({ action: `${XFER}/Get` })), '2150858769');
  });

  test('RequestEPR is answered by RequestedEPR', async () => {
    const reply = await endpoint.soap(withHeader('<w:RequestEPR/>'));
    assert.equal(
      textAt(reply.header, 'RequestedEPR', 'EndpointReference', 'ReferenceParameters', 'ResourceURI'),
      SERVICE,
    );
  });

  test('housekeeping of robust connections gets an empty 200', async () => {
    for (const action of ['End', 'KeepAlive', 'Acknowledge', 'Cancel']) {
      const reply = await endpoint.http(
        envelope({
          action: `http://schemas.microsoft.com/wbem/wsman/1/wsman/${action}`,
          uri: 'http://schemas.microsoft.com/wbem/wsman/1/wsman/FullDuplex',
        }),
      );
      assert.equal(reply.status, 200);
      assert.equal(reply.body.length, 0);
    }
  });
});
