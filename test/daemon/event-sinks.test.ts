import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { NS, resourceUri, WQL } from '../../src/client/uris.ts';
import { eventSinks, isSubnet } from '../../src/daemon/event-sinks.ts';
import { Service } from '../kit/service.ts';

describe('hardening 17: where events may be pushed', () => {
  const url = new URL('http://sink/');

  test('nowhere by default', () => {
    for (const address of ['127.0.0.1', '::1', '169.254.169.254', '192.0.2.7']) {
      assert.equal(eventSinks([])({ url, address }), false, address);
    }
  });

  test('to the listed addresses and subnets, however they are written', () => {
    const allow = eventSinks(['192.0.2.7', '10.1.0.0/16', '2001:db8::/32']);
    for (const address of ['192.0.2.7', '10.1.255.255', '2001:db8::5', '::ffff:192.0.2.7']) {
      assert.equal(allow({ url, address }), true, address);
    }
    for (const address of ['192.0.2.8', '10.2.0.1', '2001:db9::5', '127.0.0.1', '::ffff:169.254.169.254']) {
      assert.equal(allow({ url, address }), false, address);
    }
  });

  test('what is no address or subnet is told apart', () => {
    for (const text of ['10.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/128']) assert.ok(isSubnet(text), text);
    for (const text of ['', 'host', '10.0.0.0/33', '10.0.0', '::/129', '10.0.0.1/', '10.0.0.1/x']) {
      assert.ok(!isSubnet(text), text);
    }
  });

  test('a listed sink gets the events of a push subscription', async () => {
    const received = Promise.withResolvers<string>();
    const sink = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        response.end();
        if (body.includes('__InstanceCreationEvent')) received.resolve(body);
      });
    });
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const { port } = sink.address() as AddressInfo;
    await using service = await Service.start({
      hypervisor: 'simulated',
      environment: { VSMS_EVENT_SINKS: '127.0.0.1' },
    });
    try {
      const uri = resourceUri('root\\virtualization\\v2', '*');
      const query = "SELECT * FROM __InstanceCreationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_ComputerSystem'";
      const envelope =
        `<s:Envelope xmlns:s="${NS.soap}" xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}" xmlns:e="${NS.eventing}"><s:Header>` +
        `<a:To>http://localhost/wsman</a:To><w:ResourceURI>${uri}</w:ResourceURI><a:Action>${NS.eventing}/Subscribe</a:Action>` +
        '<a:MessageID>uuid:6D38FA1F-9EF1-4C5B-A1E0-6B0F4B5D0C11</a:MessageID></s:Header><s:Body><e:Subscribe>' +
        '<e:Delivery Mode="http://schemas.xmlsoap.org/ws/2004/08/eventing/DeliveryModes/Push">' +
        `<e:NotifyTo><a:Address>http://127.0.0.1:${port}/events</a:Address></e:NotifyTo></e:Delivery>` +
        `<w:Filter Dialect="${WQL}">${query}</w:Filter></e:Subscribe></s:Body></s:Envelope>`;
      const answer = await fetch(`${service.endpoints.http}/wsman`, {
        method: 'POST',
        body: envelope,
        headers: {
          'content-type': 'application/soap+xml;charset=UTF-8',
          authorization: `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`,
        },
      });
      assert.equal(answer.status, 200, await answer.text());
      const client = service.client();
      await client.invoke({ className: 'Msvm_VirtualSystemManagementService' }, 'DefineSystem', {
        SystemSettings:
          '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>pushed</VALUE></PROPERTY></INSTANCE>',
      });
      client.close();
      assert.match(await received.promise, /pushed/);
    } finally {
      sink.close();
      sink.closeAllConnections();
    }
  });
});
