import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Problem } from '../problems/problem.ts';

/**
 * The body of a request as it comes, from the first read on: a file takes as long as it takes, and whoever is logged out
 * meanwhile sends no more of it. Destroyed, it ends the connection, unless that has its answer to wait for.
 */
export const contentOf = (request: IncomingMessage, lives: () => boolean): Readable => {
  let begun = false;
  const gone = (): void => {
    if (!request.readableEnded)
      content.destroy(new Problem('invalid-request', 'The connection ended before all had come.'));
  };
  const begin = (): void => {
    begun = true;
    if (request.destroyed) return gone();
    request.on('data', (piece: Buffer) => {
      if (content.destroyed) return;
      if (!lives())
        content.destroy(new Problem('unauthenticated', 'The account was changed or removed, or the session is over.'));
      else if (!content.push(piece)) request.pause();
    });
    request.once('end', () => content.push(null));
    request.once('error', gone);
    request.once('close', gone);
    return undefined;
  };
  const content = new Readable({
    read: () => (begun ? request.resume() : begin()),
    destroy: (error, done) => {
      if (!request.complete && !(error instanceof Problem)) request.destroy();
      done(error);
    },
  });
  // Told to whoever reads it; nobody may.
  content.on('error', () => undefined);
  return content;
};
