import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { limitRequests } from '../../src/daemon/listeners/request-deadline.ts';

/** A request whose head has come, and what its client sends of the body by and by. */
class Sender extends EventEmitter {
  readonly socket = { bytesRead: 100, destroyed: false };
  complete = false;
  readonly method: string;
  readonly url: string;

  constructor(method: string, url: string) {
    super();
    this.method = method;
    this.url = url;
  }

  /** A byte before each of so many half minutes is over. */
  drip(halfMinutes: number): void {
    for (let n = 0; n < halfMinutes; n++) {
      this.socket.bytesRead++;
      mock.timers.tick(30_000);
    }
  }
}

const UPLOADS = [
  ['PUT', '/api/v1/files/content?path=C%3A%5Ca.iso'],
  ['PATCH', `/api/v1/files/uploads/${'a'.repeat(32)}?offset=0`],
] as const;
const OTHERS = [
  ['POST', '/wsman'],
  ['POST', '/cimom'],
  ['POST', '/api/v1/vms'],
  ['GET', '/api/v1/files/content?path=C%3A%5Ca.iso'],
  ['PUT', '/api/v1/files/contents'],
  ['PUT', '/wsman?/api/v1/files/content'],
] as const;

describe('a body that comes slowly (hardening, slowloris)', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  /** What is refused of a request: codes of errors, as Node's own time-out has them. */
  const begin = ([method, url]: readonly [string, string]): { sender: Sender; refused: string[] } => {
    const server = new EventEmitter();
    limitRequests(server as unknown as Server);
    const refused: string[] = [];
    const sender = new Sender(method, url);
    server.on('clientError', (error: NodeJS.ErrnoException, socket: unknown) => {
      assert.equal(socket, sender.socket);
      sender.socket.destroyed = true;
      refused.push(error.code ?? '');
    });
    server.emit('request', sender);
    return { sender, refused };
  };

  for (const each of OTHERS)
    test(`${each.join(' ').slice(0, 60)}: whole within two minutes`, () => {
      const { sender, refused } = begin(each);
      sender.drip(3);
      assert.deepEqual(refused, []);
      sender.drip(1);
      assert.deepEqual(refused, ['ERR_HTTP_REQUEST_TIMEOUT']);
    });

  for (const each of UPLOADS) {
    const [method] = each;
    test(`an upload by ${method} takes as long as it takes, but something comes within a minute`, () => {
      const { sender, refused } = begin(each);
      sender.drip(2000);
      assert.deepEqual(refused, []);
      mock.timers.tick(120_000);
      assert.deepEqual(refused, ['ERR_HTTP_REQUEST_TIMEOUT']);
    });
  }

  test('what has come whole is asked no more', () => {
    for (const each of [...UPLOADS, ...OTHERS]) {
      const { sender, refused } = begin(each);
      sender.complete = true;
      sender.emit('end');
      mock.timers.tick(600_000);
      assert.deepEqual(refused, []);
    }
  });
});
