import type { Charset } from '../../http/charset.ts';
import { child, type XmlElement } from '../../xml/element.ts';
import { parseXml, XmlError, type XmlLimits } from '../../xml/parse.ts';
import { WsmanFault } from '../faults/fault.ts';
import { decodeEnvelope } from './charset.ts';
import { NS } from './namespaces.ts';

/** A SOAP 1.2 envelope, opened but not yet understood. */
export interface SoapEnvelope {
  readonly charset: Charset;
  readonly header: readonly XmlElement[];
  /** First child of Body; null when the Body is empty. */
  readonly body: XmlElement | null;
}

const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Bounds of a request's XML (hardening test 5); its size is bounded by the listener before. */
export const ENVELOPE_LIMITS: Partial<XmlLimits> = { depth: 48, elements: 200_000, attributes: 64 };

function parse(text: string): XmlElement {
  try {
    return parseXml(text, ENVELOPE_LIMITS);
  } catch (error) {
    if (error instanceof XmlError) {
      throw new WsmanFault('malformedXml', `The request cannot be read as XML: ${error.message.slice(0, 200)}`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** @throws WsmanFault for encodings, XML and SOAP versions that cannot be read. */
export function openEnvelope(bytes: Uint8Array, contentType: string | undefined): SoapEnvelope {
  const { text, charset } = decodeEnvelope(bytes, contentType);
  const root = parse(text);
  if (root.local === 'Envelope' && root.ns === SOAP_11) throw new WsmanFault('versionMismatch');
  if (root.local !== 'Envelope' || root.ns !== NS.soap) {
    throw new WsmanFault('schemaValidation', 'The document is no SOAP 1.2 envelope.');
  }
  const body = child(root, 'Body', NS.soap);
  if (body === undefined) throw new WsmanFault('schemaValidation', 'The envelope has no s:Body.');
  return { charset, header: child(root, 'Header', NS.soap)?.children ?? [], body: body.children[0] ?? null };
}

/** MessageID of a request whose other headers may be wrong, for RelatesTo of the fault; null when there is none. */
export function messageIdOf(envelope: SoapEnvelope): string | null {
  const id = envelope.header.find((h) => h.local === 'MessageID' && h.ns === NS.addressing)?.text.trim() ?? '';
  return id === '' || id.length > MAX_MESSAGE_ID ? null : id;
}

/** Any text up to 2 kB is taken for a message id (spec §4). */
export const MAX_MESSAGE_ID = 2048;
