import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { RestConnection, type RestOptions, type RestRequest } from './rest/connection.ts';
import { RestError } from './rest/error.ts';

export interface FileWatch {
  readonly progress?: (percent: number) => void;
  readonly signal?: AbortSignal;
}

/** Files of a vsms host by its REST (docs/rest.md); a Hyper-V host has no such thing. Paths are as the host names them. */
export class HostFiles {
  readonly #options: RestOptions;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  /** A new file of these bytes; it is there when it is whole. @throws RestError ConnectionError */
  async write(path: string, bytes: Buffer): Promise<void> {
    await this.#put(path, Readable.from([bytes]), bytes.length, sha256Of(bytes), {});
  }

  /** The host keeps it when it has come as it is here: its SHA-256 goes before it. @throws RestError ConnectionError */
  async upload(file: string, path: string, watch: FileWatch = {}): Promise<void> {
    const { size } = await stat(file);
    const hash = hashOf();
    for await (const chunk of createReadStream(file, watch)) hash.update(chunk as Buffer);
    await this.#put(path, createReadStream(file), size, hash.digest('base64'), watch);
  }

  /** Into a new file, which goes again when not all of it came. @throws RestError ConnectionError */
  async download(path: string, file: string, watch: FileWatch = {}): Promise<void> {
    const reply = await this.#send('GET', path, watch);
    const total = Number(reply.headers['content-length'] ?? 0);
    const handle = await open(file, 'wx').catch((error: unknown) => {
      // Left unread, it would keep the program from its end.
      reply.destroy();
      throw error;
    });
    try {
      await pipeline(counted(reply, total, watch), handle.createWriteStream());
      const { size } = await stat(file);
      if (size !== total) throw new RestError(`${path} ended after ${size} of ${total} bytes.`, 200);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  async #put(path: string, content: Readable, size: number, sha256: string, watch: FileWatch): Promise<void> {
    const reply = await this.#send('PUT', path, watch, {
      body: counted(content, size, watch),
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'repr-digest': `sha-256=:${sha256}:`,
      },
    });
    reply.resume();
  }

  /** Over a connection of its own, which ends with it. */
  async #send(
    method: 'GET' | 'PUT',
    path: string,
    { signal }: FileWatch,
    content: Pick<RestRequest, 'body' | 'headers'> = {},
  ): Promise<IncomingMessage> {
    const connection = new RestConnection(this.#options);
    try {
      const reply = await connection.send({
        method,
        path: `/api/v1/files/content?path=${encodeURIComponent(path)}`,
        ...content,
        ...(signal === undefined ? {} : { signal }),
      });
      reply.once('close', () => connection.close());
      return reply;
    } catch (error) {
      connection.close();
      if (!(error instanceof RestError) || error.problem !== null) throw error;
      throw new RestError(`${error.message} Copy the file there.`, error.status);
    }
  }
}

const hashOf = () => process.getBuiltinModule('node:crypto').createHash('sha256');
const sha256Of = (bytes: Buffer): string => hashOf().update(bytes).digest('base64');

/** Passes bytes on and tells how far they are. */
const counted = (source: Readable, total: number, { progress }: FileWatch): Readable => {
  let done = 0;
  return source.on('data', (chunk: Buffer) => {
    done += chunk.length;
    progress?.(total === 0 ? 100 : (done / total) * 100);
  });
};
