import { escapeXml } from '../../xml/escape.ts';
import type { Call } from './call.ts';
import type { CallFailure } from './status.ts';

export const DECLARATION = '<?xml version="1.0" encoding="utf-8" ?>';
export const CIM_OPEN = '<CIM CIMVERSION="2.0" DTDVERSION="2.0">';

const element = (call: Pick<Call, 'kind'>): string =>
  call.kind === 'intrinsic' ? 'IMETHODRESPONSE' : 'METHODRESPONSE';

/** All of a reply before the results (wire-cimxml §2). */
export const replyHead = (call: Call): string =>
  `${DECLARATION}${CIM_OPEN}<MESSAGE ID="${escapeXml(call.messageId)}" PROTOCOLVERSION="1.0"><SIMPLERSP>` +
  `<${element(call)} NAME="${escapeXml(call.name)}">`;

/** All of a reply after the results. */
export const replyTail = (call: Call): string => `</${element(call)}></SIMPLERSP></MESSAGE></CIM>`;

/** The ERROR element; `extended` is an INSTANCE element or ''. */
export function errorElement({ status, description }: CallFailure, extended: string): string {
  const head = `<ERROR CODE="${status}" DESCRIPTION="${escapeXml(description)}"`;
  return extended === '' ? `${head}/>` : `${head}>${extended}</ERROR>`;
}
