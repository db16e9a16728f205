import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { holderOf } from '../../src/auth/address.ts';
import { shareConnections } from '../../src/daemon/listeners/connection-shares.ts';
import { Service } from '../kit/service.ts';

test('who a connection counts for: an IPv4 address, a /64 of IPv6, the loopback as a whole', () => {
  for (const [address, holder] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['127.0.0.1', 'loopback'],
    ['127.8.9.10', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ] as const)
    assert.equal(holderOf(address), holder, address);
});

test('the places of an address come back, and that it has all is told once until then', () => {
  const server = new EventEmitter() as unknown as Server;
  const told: string[] = [];
  shareConnections(server, { connections: 10, perAddress: 3 }, (from, share) => told.push(`${from} ${share}`));
  assert.equal(server.maxConnections, 10);
  const arrive = (remoteAddress: string): { readonly refused: () => boolean; readonly leave: () => void } => {
    let destroyed = false;
    const socket = Object.assign(new EventEmitter(), {
      remoteAddress,
      destroy: () => void (destroyed = true),
    });
    server.emit('connection', socket as unknown as Socket);
    return { refused: () => destroyed, leave: () => void socket.emit('close') };
  };
  const many = (address: string, count: number) => Array.from({ length: count }, () => arrive(address));
  const kept = (them: readonly { refused: () => boolean }[]): number => them.filter((one) => !one.refused()).length;
  const first = many('192.0.2.1', 5);
  assert.equal(kept(first), 3);
  assert.equal(kept(many('192.0.2.2', 2)), 2, 'another one has its own share');
  assert.equal(kept([...many('127.0.0.1', 5), ...many('::1', 5)]), 7, 'the loopback leaves one share');
  assert.deepEqual(told, ['192.0.2.1 3', '::1 7']);
  first[0]?.leave();
  assert.equal(kept(many('192.0.2.1', 2)), 1);
  assert.deepEqual(told, ['192.0.2.1 3', '::1 7', '192.0.2.1 3']);
});

describe('one address cannot hold all connections of a listener', () => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

  /** Connections that are still open after all have been tried. */
  const hold = async (host: string, url: string, count: number): Promise<readonly Socket[]> => {
    const { port, protocol } = new URL(url);
    const sockets = Array.from({ length: count }, () => {
      const options = { host, port: Number(port) };
      const socket = protocol === 'https:' ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options);
      socket.on('error', () => undefined);
      socket.resume();
      return socket;
    });
    // Those beyond the share are ended; nothing ends the others.
    for (let quiet = 0, last = count; quiet < 20; quiet++) {
      await sleep(25);
      const open = sockets.filter(({ destroyed }) => !destroyed).length;
      if (open !== last) quiet = 0;
      last = open;
    }
    return sockets.filter(({ destroyed }) => !destroyed);
  };

  test('hardening 5, 19: the loopback leaves a share, another address has one, and each listener counts by itself', async (t) => {
    await using service = await Service.start({
      hypervisor: 'simulated',
      environment: { VSMS_LISTEN: '0.0.0.0', VSMS_LIMITS_CONNECTIONS: '12', VSMS_LIMITS_CONNECTIONS_PER_ADDRESS: '4' },
    });
    const { http, https, cimxml } = service.endpoints;
    const held: Socket[] = [];
    for (const url of [http, https, cimxml]) {
      const open = await hold('127.0.0.1', url, 20);
      held.push(...open);
      assert.equal(open.length, 8, url);
    }
    assert.match(service.output, /one address has all the connections that it may have/);
    if (own === undefined) t.diagnostic('this host has no other address');
    else {
      const open = await hold(own, http, 20);
      assert.equal(open.length, 4);
      for (const socket of open) socket.destroy();
    }
    for (const socket of held) socket.destroy();
    // They are free again, and whoever comes is served.
    for (let tries = 0; ; tries++) {
      const client = service.client();
      const answer = await client.identify().then(
        () => true,
        (error: unknown) => error,
      );
      client.close();
      if (answer === true) break;
      assert.ok(tries < 1200, String(answer));
      await sleep(50);
    }
  });
});
