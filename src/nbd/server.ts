import { chmod, lstat, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { type ConnectionEnd, NbdConnection } from './connection.ts';
import { DEFAULT_LIMITS, type NbdExport, type NbdLimits } from './exports.ts';
import { ReplyBuffers } from './reply-buffers.ts';

export interface NbdOptions {
  /** Of a unix socket, in a folder that only those may enter who may read the disks. */
  readonly path: string;
  readonly exports: readonly NbdExport[];
  readonly limits?: Partial<NbdLimits>;
  /** A disk could not be read or written; the client only hears that it failed. */
  readonly failed?: (error: unknown) => void;
  readonly ended?: (reason: ConnectionEnd) => void;
}

/** Serves disks by NBD over a unix socket. The sources stay the caller's: they are closed after the server. */
export class NbdServer {
  readonly path: string;
  readonly #server: Server;
  readonly #connections = new Set<NbdConnection>();

  private constructor(options: NbdOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const exports = new Map(options.exports.map((each) => [each.name, each]));
    const buffers = new ReplyBuffers();
    this.path = options.path;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      const connection: NbdConnection = new NbdConnection(socket, exports, limits, buffers, {
        failed: options.failed ?? (() => undefined),
        ended: (reason) => {
          this.#connections.delete(connection);
          options.ended?.(reason);
        },
      });
      this.#connections.add(connection);
    });
    this.#server.maxConnections = limits.connections;
  }

  /** A socket that a server before us left behind is removed; any other file of that name is an error. */
  static async listen(options: NbdOptions): Promise<NbdServer> {
    await removeSocket(options.path);
    const server = new NbdServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(options.path, () => {
        server.#server.off('error', reject);
        resolve();
      });
    });
    await chmod(options.path, 0o660);
    return server;
  }

  get clients(): number {
    return this.#connections.size;
  }

  /** Ends all connections at once; a request that is running ends without an answer. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const connection of this.#connections) connection.close();
    await closed;
  }
}

const removeSocket = async (path: string): Promise<void> => {
  const found = await lstat(path).catch(() => null);
  if (found?.isSocket() === true) await rm(path, { force: true });
};
