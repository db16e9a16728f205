import { randomUUID } from 'node:crypto';
import { escapeXml } from '../../src/xml/escape.ts';
import { ANONYMOUS, NS, resourceUri, WQL } from '../../src/client/uris.ts';
import { HttpConnection } from './http-connection.ts';

export const NAMESPACE = 'root\\virtualization\\v2';
const SERVICE = resourceUri(NAMESPACE, 'Msvm_VirtualSystemManagementService');

const METRICS = resourceUri(NAMESPACE, 'Msvm_MetricService');

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

/** GetSummaryInformation of all systems. */
export const summaryEnvelope = (codes: readonly number[]): string =>
  soap(
    `${SERVICE}/GetSummaryInformation`,
    SERVICE,
    `<p:GetSummaryInformation_INPUT xmlns:p="${SERVICE}">${codes
      .map((code) => `<p:RequestedInformation>${code}</p:RequestedInformation>`)
      .join('')}</p:GetSummaryInformation_INPUT>`,
  );

/** ControlMetricsByClass: begins to measure all metrics of all machines; `machine` is the id of any of them. */
export const measureAllEnvelope = (machine: string): string =>
  soap(
    `${METRICS}/ControlMetricsByClass`,
    METRICS,
    `<p:ControlMetricsByClass_INPUT xmlns:p="${METRICS}"><p:Subject xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}"><a:Address>${ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>${resourceUri(NAMESPACE, 'Msvm_ComputerSystem')}</w:ResourceURI><w:SelectorSet><w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector><w:Selector Name="Name">${machine}</w:Selector></w:SelectorSet></a:ReferenceParameters></p:Subject><p:MetricCollectionEnabled>2</p:MetricCollectionEnabled></p:ControlMetricsByClass_INPUT>`,
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
  readonly #all: readonly HttpConnection[];
  readonly #free: HttpConnection[];

  constructor(base: string, password: string, connections: number) {
    const url = new URL('/wsman', base);
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    this.#all = Array.from({ length: connections }, () => new HttpConnection(url, authorization));
    this.#free = [...this.#all];
  }

  /** One request on a connection that nobody uses. */
  async post(body: string): Promise<string> {
    const connection = this.#free.pop();
    if (connection === undefined) throw new Error('More requests at a time than connections.');
    try {
      return await connection.post(body);
    } finally {
      this.#free.push(connection);
    }
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
    for (const connection of this.#all) connection.close();
  }
}

/** Define `count` systems named `<prefix><n>`, 16 at a time. */
export async function populate(wire: Wire, prefix: string, from: number, count: number): Promise<void> {
  await wire.flood(count, 16, (i) => defineEnvelope(`${prefix}${from + i}`));
}
