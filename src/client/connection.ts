import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';

// Not by `import`: that reads every export of node:http, and one of them loads a second client with HTTP/2, in 50 ms.
const http = process.getBuiltinModule('node:http');
/** Only where it is needed: TLS and cryptography take 15 ms to load. */
const secure = () => process.getBuiltinModule('node:https');

export interface ConnectionOptions {
  /** `https://host:5986` or `http://127.0.0.1:5985`; `/wsman` is added when the URL has no path. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** PEM of the authority or of the self-signed certificate to trust. */
  readonly ca?: string;
  /** Accept any certificate. */
  readonly insecure?: boolean;
}

/** The server could not be reached, refused the credentials, or answered something that is not WS-Management. */
export class ConnectionError extends Error {
  readonly status: number | null;
  constructor(message: string, status: number | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ConnectionError';
    this.status = status;
  }
}

interface HttpReply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string[]>;
  readonly text: string;
}

/** Which log-ins a server offers, one `WWW-Authenticate` each, and its clock. 401 with none: nobody gets in that way. */
export interface Offer {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly date: Date | null;
}

/** Posts SOAP envelopes over kept-alive connections with Basic credentials. */
export class Connection {
  readonly url: URL;
  readonly #authorization: string;
  readonly #agent: Agent;
  readonly #tls: boolean;

  constructor(options: ConnectionOptions) {
    this.url = new URL(options.url);
    if (this.url.pathname === '/' || this.url.pathname === '') this.url.pathname = '/wsman';
    this.#tls = this.url.protocol === 'https:';
    this.#authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`, 'utf8').toString('base64')}`;
    this.#agent = this.#tls
      ? new (secure().Agent)({
          keepAlive: true,
          rejectUnauthorized: options.insecure !== true,
          ...(options.ca === undefined ? {} : { ca: options.ca }),
        })
      : new http.Agent({ keepAlive: true });
  }

  /** The reply's XML, of a result or a SOAP fault. @throws ConnectionError */
  async post(body: string, signal?: AbortSignal): Promise<string> {
    const { status, text } = await this.#send(body, { authorization: this.#authorization }, signal);
    if (status === 401)
      throw new ConnectionError(`${this.url.origin} refused the user name or password (HTTP 401).`, status);
    if (status !== 200 && status !== 500)
      throw new ConnectionError(`${this.url.origin} answered HTTP ${status}.`, status);
    return text;
  }

  /** What a request without credentials is told. @throws ConnectionError */
  async challenges(): Promise<Offer> {
    const { status, headers } = await this.#send('', {});
    const [date] = headers['date'] ?? [];
    return { status, challenges: headers['www-authenticate'] ?? [], date: date === undefined ? null : new Date(date) };
  }

  async #send(body: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<HttpReply> {
    const bytes = Buffer.from(body, 'utf8');
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      headers: { ...headers, 'content-type': 'application/soap+xml;charset=UTF-8', 'content-length': bytes.length },
      ...(signal === undefined ? {} : { signal }),
    };
    return new Promise<HttpReply>((resolve, reject) => {
      const onResponse = (response: IncomingMessage): void => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headersDistinct,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
        response.on('error', reject);
      };
      const request: ClientRequest = this.#tls
        ? secure().request(this.url, options, onResponse)
        : http.request(this.url, options, onResponse);
      request.on('error', reject);
      request.end(bytes);
    }).catch((error: Error) => {
      throw new ConnectionError(`${this.url.origin} cannot be reached: ${error.message}`, null, error);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
