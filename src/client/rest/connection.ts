import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import type { Readable } from 'node:stream';
import { ConnectionError, type ConnectionOptions } from '../connection.ts';
import { RestError } from './error.ts';
import type { Problem } from './generated/operations.ts';

// As in ../connection.ts: not by `import`, which is slow.
const http = process.getBuiltinModule('node:http');
const https = () => process.getBuiltinModule('node:https');
const { pipeline } = process.getBuiltinModule('node:stream').promises;

export type RestOptions =
  | ConnectionOptions
  | (Omit<ConnectionOptions, 'user' | 'password'> & {
      /** An API token, `vsms_...` (docs/rest.md). */
      readonly token: string;
    });

export interface RestRequest {
  readonly method: string;
  /** Below the root of the host, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  readonly signal?: AbortSignal;
}

/** More of a refusal is not read. */
const LARGEST_REFUSAL = 1 << 20;

/** Requests of REST over kept-alive connections, with Basic credentials or a token. */
export class RestConnection {
  readonly #url: URL;
  readonly #authorization: string;
  readonly #refused: string;
  readonly #agent: Agent;

  constructor(options: RestOptions) {
    this.#url = new URL(options.url);
    this.#authorization =
      'token' in options
        ? `Bearer ${options.token}`
        : `Basic ${Buffer.from(`${options.user}:${options.password}`, 'utf8').toString('base64')}`;
    this.#refused =
      'token' in options
        ? 'refused the token (HTTP 401): it is over, or of another host.'
        : 'refused the user name or password (HTTP 401).';
    const { ca, insecure } = options;
    this.#agent =
      this.#url.protocol === 'https:'
        ? new (https().Agent)({
            keepAlive: true,
            rejectUnauthorized: insecure !== true,
            ...(ca === undefined ? {} : { ca }),
          })
        : new http.Agent({ keepAlive: true });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** An answer from 200 to 304, whose body is yet to be read. @throws RestError ConnectionError */
  async send({ method, path, headers = {}, body, signal }: RestRequest): Promise<IncomingMessage> {
    const target = new URL(path, this.#url);
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      headers: {
        authorization: this.#authorization,
        accept: 'application/json',
        ...(Buffer.isBuffer(body) ? { 'content-length': body.length } : {}),
        ...headers,
      },
      ...(signal === undefined ? {} : { signal }),
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (target.protocol === 'https:' ? https() : http).request(target, options, resolve);
      request.on('error', (error) =>
        reject(
          signal?.aborted === true
            ? error
            : new ConnectionError(`${target.origin} cannot be reached: ${error.message}`, null, error),
        ),
      );
      if (body === undefined || Buffer.isBuffer(body)) request.end(body);
      // An answer that comes before all was sent closes the request; the answer tells why.
      else pipeline(body, request).catch(reject);
    });
    const status = answer.statusCode ?? 0;
    if ((status >= 200 && status < 300) || status === 304) return answer;
    if (status === 401) {
      answer.resume();
      throw new ConnectionError(`${target.origin} ${this.#refused}`, status);
    }
    throw refusalOf(await this.textOf(answer, signal, LARGEST_REFUSAL), status, target);
  }

  /** The body of an answer, some characters more than `most` of it. @throws ConnectionError when it breaks off */
  async textOf(answer: IncomingMessage, signal: AbortSignal | undefined, most = Infinity): Promise<string> {
    let text = '';
    try {
      for await (const piece of answer.setEncoding('utf8') as AsyncIterable<string>) {
        text += piece;
        if (text.length > most) break;
      }
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new ConnectionError(`${this.#url.origin} broke off its answer: ${(error as Error).message}`, null, error);
    }
    return text;
  }
}

const refusalOf = (text: string, status: number, target: URL): Error => {
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.code === 'string' && typeof problem.detail === 'string')
      return new RestError(problem.detail, status, problem);
  } catch {
    // Not of a vsms service.
  }
  return new RestError(
    `${target.origin} has no such REST (HTTP ${status}): it is no vsms host, or an older one.`,
    status,
  );
};
