import { Agent, request } from 'node:http';
import { randomUUID } from 'node:crypto';
import { escapeXml } from '../../src/xml/escape.ts';
import { ANONYMOUS, NS, resourceUri, WQL } from '../../src/client/uris.ts';

export const NAMESPACE = 'root\\virtualization\\v2';
const SERVICE = resourceUri(NAMESPACE, 'Msvm_VirtualSystemManagementService');

const soap = (action: string, uri: string, body: string, selectors = ''): string =>
  `<s:Envelope xmlns:s="${NS.soap}" xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}" xmlns:n="${NS.enumeration}"><s:Header>` +
  `<a:To>http://localhost/wsman</a:To><w:ResourceURI>${uri}</w:ResourceURI><a:ReplyTo><a:Address>${ANONYMOUS}</a:Address></a:ReplyTo>` +
  `<a:Action>${action}</a:Action><w:MaxEnvelopeSize>16777216</w:MaxEnvelopeSize><a:MessageID>uuid:${randomUUID()}</a:MessageID>` +
  `<w:OperationTimeout>PT60S</w:OperationTimeout>${selectors}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

export const defineEnvelope = (name: string): string =>
  soap(
    `${SERVICE}/DefineSystem`,
    SERVICE,
    `<p:DefineSystem_INPUT xmlns:p="${SERVICE}"><p:SystemSettings>${escapeXml(
      `<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>${name}</VALUE></PROPERTY></INSTANCE>`,
    )}</p:SystemSettings></p:DefineSystem_INPUT>`,
  );

export const getEnvelope = (id: string): string =>
  soap(
    `${NS.transfer}/Get`,
    resourceUri(NAMESPACE, 'Msvm_ComputerSystem'),
    '',
    `<w:SelectorSet><w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector><w:Selector Name="Name">${id}</w:Selector></w:SelectorSet>`,
  );

export const enumerateEnvelope = (wql: string): string =>
  soap(
    `${NS.enumeration}/Enumerate`,
    resourceUri(NAMESPACE, '*'),
    `<n:Enumerate><w:Filter Dialect="${WQL}">${escapeXml(wql)}</w:Filter></n:Enumerate>`,
  );

/** Pull; without `max` exactly one instance comes (W-042). */
export const pullEnvelope = (context: string, max?: number): string =>
  soap(
    `${NS.enumeration}/Pull`,
    resourceUri(NAMESPACE, 'Msvm_ComputerSystem'),
    `<n:Pull><n:EnumerationContext>${context}</n:EnumerationContext>${max === undefined ? '' : `<n:MaxElements>${max}</n:MaxElements>`}</n:Pull>`,
  );

export const contextOf = (reply: string): string => /EnumerationContext>(uuid:[^<]+)</.exec(reply)?.[1] ?? '';

/** Keep-alive connections to one service with prebuilt bodies: the load generator must not be what is measured. */
export class Wire {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #authorization: string;

  constructor(base: string, password: string, connections: number) {
    this.#url = new URL('/wsman', base);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  }

  post(body: string): Promise<string> {
    const bytes = Buffer.from(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        this.#url,
        {
          method: 'POST',
          agent: this.#agent,
          headers: {
            authorization: this.#authorization,
            'content-type': 'application/soap+xml;charset=UTF-8',
            'content-length': bytes.length,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if (response.statusCode === 200) resolve(text);
            else reject(new Error(`HTTP ${response.statusCode}: ${text.slice(0, 2000)}`));
          });
        },
      );
      sent.on('error', reject);
      sent.end(bytes);
    });
  }

  /** Run `count` requests, `concurrency` at a time; wall seconds. */
  async flood(count: number, concurrency: number, body: (index: number) => string): Promise<number> {
    let next = 0;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        while (next < count) await this.post(body(next++));
      }),
    );
    return (performance.now() - started) / 1000;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Define `count` systems named `<prefix><n>`, 16 at a time. */
export async function populate(wire: Wire, prefix: string, from: number, count: number): Promise<void> {
  await wire.flood(count, 16, (i) => defineEnvelope(`${prefix}${from + i}`));
}
