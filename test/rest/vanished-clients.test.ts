import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WireHost } from '../kit/wire-host.ts';
import { Rest } from './kit.ts';

const COM1 = '8E3A359F-559A-4B6A-98A9-1690A6100ED7~0';
const START = 2;

describe('30 clients that vanish behind a proxy leave nothing behind', () => {
  let host: WireHost;
  let rest: Rest;
  let machine = '';
  /** The proxy's connections to the service. */
  const services: Socket[] = [];
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const { hostname, port } = new URL(rest.base);
    const service = connect(Number(port), hostname);
    for (const side of [client, service]) side.on('error', () => undefined);
    client.pipe(service).pipe(client);
    services.push(service);
    sockets.push(client, service);
  });
  before(async () => {
    host = await WireHost.open('simulated');
    rest = new Rest(host.service);
    machine = await host.nano('one');
    await host.change(machine, START);
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await host[Symbol.asyncDispose]();
  });

  const count = async (name: string): Promise<number> => {
    const { text } = await rest.expect(200, '//metrics');
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? assert.fail(`no ${name}`));
  };
  const until = async (name: string, wanted: number): Promise<void> => {
    for (let tries = 0; tries < 2400 && (await count(name)) !== wanted; tries++) await sleep(50);
    assert.equal(await count(name), wanted, name);
  };
  const ask = (path: string, ...headers: readonly string[]): void => {
    const client = connect((proxy.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(client);
    client.on('error', () => undefined);
    client.resume();
    const authorization = `Authorization: Basic ${btoa(`admin:${host.service.password}`)}`;
    client.write([`GET ${path} HTTP/1.1`, 'Host: localhost', authorization, ...headers, '\r\n'].join('\r\n'));
  };
  const UPGRADE = [
    ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];

  /** The proxy loses the way to the client, and after a while of silence its own connection to the service too. */
  const ways: Readonly<Record<string, (service: Socket) => Promise<void>>> = {
    'at once': async (service) => void service.destroy(),
    'by a reset': async (service) => void service.resetAndDestroy(),
    'after nothing was read for a while': async (service) => {
      service.unpipe();
      service.pause();
      // Something waits for it meanwhile.
      const { body } = await rest.post(201, '/vms', { name: 'news' });
      await rest.expect(204, `/vms/${body.id}`, { method: 'DELETE' });
      service.resetAndDestroy();
    },
  };
  for (const [way, vanish] of Object.entries(ways))
    test(`event streams and consoles, ${way}`, async () => {
      assert.deepEqual([await count('vsms_event_streams'), await count('vsms_consoles')], [0, 0]);
      for (let n = 0; n < 3; n++) ask('/api/v1/events?figures=1');
      await until('vsms_event_streams', 3);
      const serial = { kind: 'serial', port: COM1 };
      const { body } = await rest.post(201, `/vms/${machine}/console-tickets`, serial);
      ask(body.path as string, ...UPGRADE);
      await until('vsms_consoles', 1);
      await Promise.all(services.splice(0).map(vanish));
      await until('vsms_event_streams', 0);
      await until('vsms_consoles', 0);
      // A serial port has room for one: it is free again.
      const again = await rest.post(201, `/vms/${machine}/console-tickets`, serial);
      ask(again.body.path as string, ...UPGRADE);
      await until('vsms_consoles', 1);
      for (const service of services.splice(0)) service.destroy();
      await until('vsms_consoles', 0);
    });
});
