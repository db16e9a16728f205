import type { IncomingMessage, Server } from 'node:http';

/** A request is whole within this time, or its connection ends. */
const WHOLE_MS = 120_000;
/** An upload takes as long as it takes, but something comes within this time. */
const IDLE_MS = 60_000;

/** Disk images come by these routes alone (docs/rest.md); whoever may not use them is answered, and cut off, at once. */
const isUpload = ({ method, url = '' }: IncomingMessage): boolean =>
  (method === 'PUT' && /^\/api\/v1\/files\/content(\?|$)/.test(url)) ||
  (method === 'PATCH' && /^\/api\/v1\/files\/uploads\/[0-9a-f]{32}(\?|$)/.test(url));

/**
 * Keeps Node's `requestTimeout` for each request but uploads, for Node has one for all: it must be 0 in the server's options.
 * The answer is that of Node's own (client-errors.ts).
 */
export const limitRequests = (server: Pick<Server, 'on' | 'emit'>): void => {
  server.on('request', (request: IncomingMessage) => {
    const { socket } = request;
    const end = (): void => {
      if (request.complete || socket.destroyed) return;
      const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      server.emit('clientError', error, socket);
    };
    let seen = socket.bytesRead;
    const look = (): void => {
      if (isUpload(request) && socket.bytesRead > seen) seen = socket.bytesRead;
      else end();
    };
    const timer = setInterval(look, isUpload(request) ? IDLE_MS : WHOLE_MS);
    const over = (): void => clearInterval(timer);
    request.once('end', over);
    request.once('close', over);
  });
};
