import { type Charset, CharsetError, type DecodedText, decodeText, mediaType } from '../../http/charset.ts';
import { WsmanFault } from '../faults/fault.ts';

const SOAP_TYPES: ReadonlySet<string> = new Set(['application/soap+xml', 'text/xml', 'application/xml']);

/** A missing content type is taken for SOAP: what follows is parsed strictly anyway. */
export const isSoapType = (contentType: string | undefined): boolean => {
  const type = mediaType(contentType);
  return type === '' || SOAP_TYPES.has(type);
};

/** An envelope's bytes to text. @throws WsmanFault `charset` */
export function decodeEnvelope(bytes: Uint8Array, contentType: string | undefined): DecodedText {
  try {
    return decodeText(bytes, contentType);
  } catch (error) {
    if (error instanceof CharsetError) throw new WsmanFault('charset', error.message);
    throw error;
  }
}

export const contentTypeOf = (charset: Charset): string =>
  charset === 'utf-8' ? 'application/soap+xml;charset=UTF-8' : 'application/soap+xml;charset=UTF-16';
