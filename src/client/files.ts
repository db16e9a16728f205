import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { ConnectionError, type ConnectionOptions } from './connection.ts';
import { RestError } from './rest-error.ts';

// As in connection.ts: not by `import`, which is slow.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

export interface FileWatch {
  readonly progress?: (percent: number) => void;
  readonly signal?: AbortSignal;
}

/** Files of a vsms host by its REST (docs/rest.md); a Hyper-V host has no such thing. Paths are as the host names them. */
export class HostFiles {
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
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
    const reply = await this.#send('GET', path, null, watch);
    const total = Number(reply.headers['content-length'] ?? 0);
    const handle = await open(file, 'wx');
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
    const reply = await this.#send('PUT', path, { content: counted(content, size, watch), size, sha256 }, watch);
    reply.resume();
  }

  async #send(
    method: 'GET' | 'PUT',
    path: string,
    body: { readonly content: Readable; readonly size: number; readonly sha256: string } | null,
    { signal }: FileWatch,
  ): Promise<IncomingMessage> {
    const { url, user, password, ca, insecure } = this.#options;
    const target = new URL(`/api/v1/files/content?path=${encodeURIComponent(path)}`, url);
    const options: RequestOptions & { readonly ca?: string; readonly rejectUnauthorized?: boolean } = {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`,
        accept: 'application/json',
        ...(body === null
          ? {}
          : {
              'content-type': 'application/octet-stream',
              'content-length': body.size,
              'repr-digest': `sha-256=:${body.sha256}:`,
            }),
      },
      ...(signal === undefined ? {} : { signal }),
      ...(target.protocol === 'https:'
        ? { rejectUnauthorized: insecure !== true, ...(ca === undefined ? {} : { ca }) }
        : {}),
    };
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const request: ClientRequest = (target.protocol === 'https:' ? https : http).request(target, options, resolve);
      request.on('error', (error) =>
        reject(new ConnectionError(`${target.origin} cannot be reached: ${error.message}`, null, error)),
      );
      if (body === null) request.end();
      // An answer that comes before all was sent closes the request; the answer tells why.
      else pipeline(body.content, request).catch(reject);
    });
    if (reply.statusCode === 200 || reply.statusCode === 201) return reply;
    throw await refusalOf(reply, target);
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

const LARGEST_REFUSAL = 65_536;

const refusalOf = async (reply: IncomingMessage, target: URL): Promise<Error> => {
  const status = reply.statusCode ?? 0;
  let text = '';
  for await (const chunk of reply.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > LARGEST_REFUSAL) break;
  }
  if (status === 401) return new ConnectionError(`${target.origin} refused the user name or password (HTTP 401).`, 401);
  try {
    const { detail, remedy } = JSON.parse(text) as { readonly detail?: string; readonly remedy?: string };
    if (detail !== undefined) return new RestError(remedy === undefined ? detail : `${detail} ${remedy}`, status);
  } catch {
    // Not of a vsms service.
  }
  return new RestError(
    `${target.origin} has no files by REST (HTTP ${status}): it is no vsms host. Copy the file there.`,
    status,
  );
};
