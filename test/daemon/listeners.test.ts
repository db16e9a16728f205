import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { Duplex } from 'node:stream';
import { selfSignedCertificate } from '../../src/auth/certificate.ts';
import { createListeners, type Listeners } from '../../src/daemon/listeners/listeners.ts';

describe('a pair of listeners', () => {
  let listeners: Listeners;
  let urls: readonly string[];
  /** Requests that came to a front end. */
  const served: string[] = [];
  /** Upgrades that came to one. */
  const upgraded: string[] = [];
  before(async () => {
    const certificate = await selfSignedCertificate(['localhost'], []);
    listeners = createListeners({
      address: '127.0.0.1',
      httpPort: 0,
      httpsPort: 0,
      tls: { certificate, clientAuthorities: null },
      limits: { connections: 100, perAddress: 10 },
      onFull: () => undefined,
      headMs: 3000,
    });
    listeners.routes.get('/', async ({ headers }) => {
      served.push(headers.host ?? '');
      return 'served';
    });
    const server: typeof listeners.routes.server & { shouldUpgradeCallback?: () => boolean } = listeners.routes.server;
    server.shouldUpgradeCallback = () => true;
    server.on('upgrade', ({ headers }: { readonly headers: { readonly host?: string } }, socket: Duplex) => {
      upgraded.push(headers.host ?? '');
      socket.end('HTTP/1.1 501 Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    const { http, https } = await listeners.open();
    urls = [http, https];
  });
  after(() => listeners.close());

  const dial = async (url: string): Promise<Duplex> => {
    const to = { host: '127.0.0.1', port: Number(new URL(url).port) };
    const tls = url.startsWith('https:');
    const socket = tls ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
    // Whoever is cut off may be reset.
    socket.on('error', () => undefined);
    await once(socket, tls ? 'secureConnect' : 'connect');
    return socket;
  };
  /** All that comes until the listener ends the connection. */
  const heard = async (socket: Duplex): Promise<string> => {
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    // Not by `once`, which a reset would make fail.
    if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    return Buffer.concat(pieces).toString('latin1');
  };
  const ask = async (url: string, head: readonly string[]): Promise<string> => {
    const socket = await dial(url);
    socket.write(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n`);
    return heard(socket);
  };

  test('RFC 9112 §3.2: HTTP/1.1 has one Host that names a host, else 400, and no front end hears of it', async () => {
    for (const url of urls) {
      for (const lines of [
        [],
        ['Host: localhost', 'Host: localhost'],
        ['Host: localhost', 'HOST: evil.example'],
        ['Host: localhost, evil.example'],
        ['Host: admin@localhost'],
        ['Host: localhost/x'],
        ['Host: localhost:80:80'],
      ]) {
        const get = await ask(url, ['GET / HTTP/1.1', ...lines]);
        assert.match(get, /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n$/, `${url} ${lines.join(' + ')}: ${get}`);
        const upgrade = ['Upgrade: websocket', 'Connection: upgrade'];
        const raised = await ask(url, ['GET / HTTP/1.1', ...lines, ...upgrade]);
        assert.match(raised, /^HTTP\/1\.1 400 Bad Request\r\n/, `upgrade, ${url} ${lines.join(' + ')}: ${raised}`);
      }
      assert.deepEqual([served, upgraded], [[], []]);
      for (const host of [
        'localhost',
        'vm_host-1.example.:5985',
        '127.0.0.1:1',
        '[::1]',
        '[fe80::1%25eth0]:5985',
        '',
      ]) {
        assert.match(await ask(url, ['GET / HTTP/1.1', `Host: ${host}`]), /^HTTP\/1\.1 200 OK\r\n[^]*served$/, host);
        assert.equal(served.pop(), host);
      }
      assert.match(await ask(url, ['GET / HTTP/1.0']), /^HTTP\/1\.1 200 OK\r\n/, 'HTTP/1.0 needs none');
      assert.equal(served.pop(), '');
      const raised = ['GET / HTTP/1.1', 'Host: localhost', 'Upgrade: websocket', 'Connection: upgrade'];
      assert.match(await ask(url, raised), /^HTTP\/1\.1 501 /);
      assert.equal(upgraded.pop(), 'localhost');
    }
  });

  test('whoever is slow with a handshake or a head, one byte a time or none at all, is cut off', async () => {
    const [, https = ''] = urls;
    const slow = async (url: string, begun: string, drop: string): Promise<void> => {
      const socket = await dial(url);
      socket.write(begun, 'latin1');
      const drip = setInterval(() => socket.write(drop), 100);
      try {
        // The answer is lost where something comes from the client after it.
        assert.match(await heard(socket), /^(?:HTTP\/1\.1 408 Request Timeout\r\n[^]*\r\n\r\n)?$/);
      } finally {
        clearInterval(drip);
      }
    };
    const head = 'GET / HTTP/1.1\r\nHost: localhost\r\nX: ';
    await Promise.all([
      ...urls.flatMap((url) => [slow(url, '', ''), slow(url, head, 'x')]),
      // No TLS: it has not begun, or does not end.
      ...['', '\u0016\u0003\u0001\u0001\u0000\u0001', 'GET / HTTP/1.1\r\n'].map((hello) =>
        slow(https.replace('https:', 'http:'), hello, ''),
      ),
    ]);
    assert.deepEqual(served, []);
  });
});
