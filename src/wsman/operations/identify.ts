import { escapeXml } from '../../xml/escape.ts';
import type { XmlElement } from '../../xml/element.ts';
import { NS } from '../envelope/namespaces.ts';
import type { ServiceIdentity } from './service.ts';

export const isIdentify = (body: XmlElement | null): boolean =>
  body !== null && body.local === 'Identify' && body.ns === NS.identity;

/** Clients read "Stack: 3.0" out of exactly this form (spec §5.1). */
const productVersion = (osVersion: string): string => `OS: ${osVersion} SP: 0.0 Stack: 3.0`;

/** A whole envelope: Identify has no addressing headers. Anonymous callers learn nothing about the host. */
export function identifyEnvelope(identity: ServiceIdentity, caller: { readonly tls: boolean } | 'anonymous'): string {
  const version = productVersion(caller === 'anonymous' ? '0.0.0' : identity.osVersion);
  const profiles =
    caller === 'anonymous'
      ? ''
      : `<wsmid:SecurityProfiles>${identity
          .securityProfiles(caller.tls)
          .map((p) => `<wsmid:SecurityProfileName>${escapeXml(p)}</wsmid:SecurityProfileName>`)
          .join('')}</wsmid:SecurityProfiles>`;
  return (
    `<s:Envelope xml:lang="en-US" xmlns:s="${NS.soap}"><s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid="${NS.identity}">` +
    `<wsmid:ProtocolVersion>${NS.wsman}</wsmid:ProtocolVersion><wsmid:ProductVendor>${escapeXml(identity.vendor)}</wsmid:ProductVendor>` +
    `<wsmid:ProductVersion>${version}</wsmid:ProductVersion>${profiles}</wsmid:IdentifyResponse></s:Body></s:Envelope>`
  );
}
