import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A CIM-XML listener that keeps what it gets and answers what it is told to. */
export class Listener implements AsyncDisposable {
  readonly got: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  /** HTTP statuses of the next answers; then 200. */
  readonly statuses: number[] = [];
  error = '';
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = this.statuses.shift() ?? 200;
      this.got.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(
        status === 200
          ? `<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEEXPRSP><EXPMETHODRESPONSE NAME="ExportIndication">${this.error}</EXPMETHODRESPONSE></SIMPLEEXPRSP></MESSAGE></CIM>`
          : '',
      );
    });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async count(wanted: number): Promise<void> {
    while (this.got.length < wanted) await sleep(5);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
