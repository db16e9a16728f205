import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import Fastify from 'fastify';
import { registerRoutes } from '../../src/rest/endpoint/routes.ts';
import { EventJournal } from '../../src/rest/events/journal.ts';
import { eventRoutes } from '../../src/rest/events/routes.ts';
import type { RestService } from '../../src/rest/service.ts';

describe('30 event streams of readers who are no more', () => {
  const listener = Fastify();
  const streams = new Set<() => void>();
  const { promise: nothing } = Promise.withResolvers<never>();
  /** What happens while it is found out who asks. */
  let meanwhile: () => Promise<unknown> = async () => undefined;
  let lives = true;
  /** How often figures were looked at. */
  let looks = 0;
  before(async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const broker = {
      execute: async (_context: unknown, { kind }: { readonly kind: string }) => {
        if (kind === 'invokeMethod') looks += 1;
        return { returnValue: 0, out: { SummaryInformation: [] } };
      },
      subscribe: () => ({ next: () => nothing, dropped: () => 0, close: () => undefined }),
    };
    const service = {
      hosts: new Set<string>(),
      log,
      broker,
      streams,
      journal: new EventJournal(broker as unknown as RestService['broker'], log),
      accounts: {
        authenticate: async () => {
          await meanwhile();
          return {
            ok: true,
            caller: { name: 'HOST\\admin', role: 'viewer', address: '127.0.0.1' },
            lives: () => lives,
          };
        },
      },
    } as unknown as RestService;
    registerRoutes(listener, service, eventRoutes(service));
    await listener.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => listener.close());

  const ask = (query = ''): Socket => {
    const reader = connect((listener.server.address() as AddressInfo).port, '127.0.0.1');
    reader.on('error', () => undefined);
    reader.write(`GET /api/v1/events${query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    return reader;
  };
  const untilSays = async (reader: Socket, words: string): Promise<string> => {
    let said = '';
    for await (const piece of reader.iterator({ destroyOnReturn: false })) {
      said += String(piece);
      if (said.includes(words)) break;
    }
    return said;
  };

  test('one who went before the stream began takes no place', async () => {
    for (let n = 0; n < 50; n++) {
      const connected = once(listener.server, 'connection');
      const { promise: over, resolve } = Promise.withResolvers<void>();
      meanwhile = async () => {
        const [side] = (await connected) as [Socket];
        reader.destroy();
        await once(side, 'close');
        resolve();
      };
      const reader = ask();
      await over;
    }
    meanwhile = async () => undefined;
    const reader = ask();
    assert.match(await untilSays(reader, '\r\n'), /^HTTP\/1\.1 200 /);
    assert.equal(streams.size, 1);
    reader.destroy();
  });

  test('one who is logged out is told no more figures', async () => {
    const reader = ask('?figures=1');
    await untilSays(reader, 'event: figures');
    lives = false;
    const before = looks;
    // The last chunk.
    const rest = await untilSays(reader, '0\r\n\r\n');
    assert.doesNotMatch(rest, /figures/);
    assert.equal(looks, before, 'nor looked for');
    assert.equal(streams.size, 0);
    lives = true;
    reader.destroy();
  });
});
