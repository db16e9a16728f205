import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { NS } from '../../src/client/uris.ts';
import type { Service } from '../kit/service.ts';

/** What came back over one connection, answer after answer; `closed` when the server ended it. */
export interface RawAnswers {
  readonly statuses: readonly number[];
  readonly text: string;
  readonly closed: boolean;
}

/** Bytes as they are, in pieces, over one connection; resolves after `answers` answers or at its end. */
export const exchange = (
  url: string,
  pieces: readonly (string | Buffer)[],
  answers = 1,
  quietMs = 60_000,
  from = '127.0.0.1',
): Promise<RawAnswers> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), localAddress: from });
    const chunks: Buffer[] = [];
    const finish = (closed: boolean): void => {
      socket.destroy();
      const text = Buffer.concat(chunks).toString('latin1');
      resolve({ statuses: statusesOf(text), text, closed });
    };
    socket.setTimeout(quietMs, () => finish(false));
    socket.on('connect', () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('latin1');
      if (statusesOf(text).length >= answers && isWhole(text)) finish(false);
    });
    socket.on('close', () => finish(true));
    // The server may cut off who does not stop to send.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') finish(true);
      else reject(error);
    });
  });

const statusesOf = (text: string): readonly number[] =>
  [...text.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map((match) => Number(match[1]));

/** The last answer has come to its end, by its Content-Length. */
const isWhole = (text: string): boolean => {
  const last = text.slice(text.lastIndexOf('HTTP/1.'));
  const head = last.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /content-length: (\d+)/i.exec(last.slice(0, head))?.[1];
  return length === undefined || last.length - head - 4 >= Number(length);
};

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Another request follows on the connection. */
  readonly more?: boolean;
}

/** One request as bytes. */
export const request = ({ method = 'POST', path = '/wsman', headers = {}, body, more = false }: RawRequest): Buffer => {
  const bytes = body === undefined ? null : Buffer.from(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    ...(more ? [] : ['Connection: close']),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(bytes === null ? [] : [`Content-Length: ${bytes.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes ?? Buffer.alloc(0)]);
};

export const SOAP = { 'Content-Type': 'application/soap+xml;charset=UTF-8' };

/** An authenticated SOAP post to the service; its status and text. */
export const post = async (
  service: Service,
  body: string | Buffer,
  type = SOAP['Content-Type'],
): Promise<{ readonly status: number; readonly text: string }> => {
  const headers = { Authorization: basic('admin', service.password), 'Content-Type': type };
  const { statuses, text } = await exchange(service.endpoints.http, [request({ headers, body })]);
  return { status: statuses[0] ?? 0, text };
};

const V2 = `${NS.wmi}root/virtualization/v2`;

/** An envelope around what the test wants to be in it. */
export const envelope = (action: string, resource: string, body: string, header = ''): string =>
  `<s:Envelope xmlns:s="${NS.soap}" xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}" xmlns:n="${NS.enumeration}" xmlns:e="${NS.eventing}"><s:Header><a:To>http://localhost/wsman</a:To><w:ResourceURI s:mustUnderstand="true">${V2}/${resource}</w:ResourceURI><a:ReplyTo><a:Address>${NS.addressing}/role/anonymous</a:Address></a:ReplyTo><a:Action>${action}</a:Action><a:MessageID>uuid:00000000-0000-4000-8000-000000000001</a:MessageID>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

export const invoke = (resource: string, method: string, parameters: string): string =>
  envelope(
    `${V2}/${resource}/${method}`,
    resource,
    `<p:${method}_INPUT xmlns:p="${V2}/${resource}">${parameters}</p:${method}_INPUT>`,
  );

export const IDENTIFY = `<s:Envelope xmlns:s="${NS.soap}" xmlns:i="${NS.identify}"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>`;

export interface Figures {
  readonly residentMb: number;
  /** Of all threads, user and kernel, in seconds. */
  readonly cpuSeconds: number;
}

export const figures = async (pid: number): Promise<Figures> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    residentMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
  };
};
