import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import { OpenConsoles } from '../../src/rest/console/open-consoles.ts';
import { ConsoleTickets } from '../../src/rest/console/tickets.ts';
import { createConsoleSockets } from '../../src/rest/console/upgrade.ts';
import type { RestService } from '../../src/rest/service.ts';

const MACHINE = 'B90AC31B-0000-0000-0000-000000000001';
const USER = 'HOST\\admin';

describe('consoles whose opening is still being written down', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vsms-'));
  const socket = join(folder, 'machine');
  const machine = createServer();
  const listener = Fastify();
  const tickets = new ConsoleTickets();
  const open = new OpenConsoles();
  /** What happens while the opening is written down. */
  let meanwhile: () => Promise<unknown> = async () => undefined;
  before(async () => {
    const service = {
      hosts: new Set<string>(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      accounts: {
        authenticate: async () => ({
          ok: true,
          caller: { name: USER, role: 'operator', address: '127.0.0.1' },
          lives: () => true,
        }),
      },
      consoles: {
        tickets,
        targets: { find: async () => ({ socket }), note: () => meanwhile() },
        open,
      },
    };
    createConsoleSockets(service as unknown as RestService).register(listener);
    machine.listen(socket);
    await listener.listen({ host: '127.0.0.1', port: 0 });
  });
  after(async () => {
    await listener.close();
    machine.close();
    rmSync(folder, { recursive: true });
  });

  const address = (): string => {
    const ticket = tickets.issue({ user: USER, machine: MACHINE, wanted: { kind: 'screen' } });
    return `/api/v1/vms/${MACHINE}/console?ticket=${ticket}`;
  };
  const port = (): number => (listener.server.address() as AddressInfo).port;
  const opened = async (): Promise<Socket> => ((await once(machine, 'connection')) as [Socket])[0];

  test('the browser is reset: the machine is let go, for a serial port has room for one', async () => {
    const connected = once(listener.server, 'connection');
    const side = opened();
    const browser = connect(port(), '127.0.0.1');
    browser.on('error', () => undefined);
    meanwhile = async () => {
      const [client] = (await connected) as [Socket];
      browser.resetAndDestroy();
      await once(client, 'close');
    };
    browser.write(
      `GET ${address()} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    (await side).resume();
    await once(await side, 'close');
  });

  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 12_000 && !holds(); tries++) await sleep(10);
    assert.ok(holds());
  };

  test('32 of one account, also when they are opened at once; one that goes makes room', async () => {
    const { promise: written, resolve: write } = Promise.withResolvers<void>();
    meanwhile = () => written;
    const browsers: Socket[] = [];
    const dial = (): Socket => {
      const browser = connect(port(), '127.0.0.1');
      browser.on('error', () => undefined);
      browser.write(
        `GET ${address()} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      );
      browsers.push(browser);
      return browser;
    };
    const status = async (browser: Socket): Promise<string> =>
      /^HTTP\/1\.1 (\d+) /.exec(String((await once(browser, 'data'))[0]))?.[1] ?? '';
    try {
      for (let n = 0; n < 32; n++) {
        const side = opened();
        dial();
        (await side).resume();
      }
      await until(() => open.size === 32);
      assert.equal(await status(dial()), '429');
      write();
      for (const browser of browsers.slice(0, 32)) assert.equal(await status(browser), '101');
      browsers[0]?.destroy();
      await until(() => open.size === 31);
      assert.equal(await status(dial()), '101');
    } finally {
      write();
      for (const browser of browsers) browser.destroy();
    }
    await until(() => open.size === 0);
  });
});
