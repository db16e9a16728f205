import { type AllowDelivery, deliver } from '../../http/deliver.ts';
import { attribute, child } from '../../xml/element.ts';
import { parseXml } from '../../xml/parse.ts';
import { CIM_OPEN, DECLARATION } from '../message/write-message.ts';

/**
 * Send one indication to a listener (DSP0200 §6.1, ExportIndication). @param instance its INSTANCE element
 * @throws Error when the listener is not allowed, cannot be reached or says that it failed
 */
export async function exportIndication(
  url: URL,
  instance: string,
  allow: AllowDelivery,
  signal: AbortSignal,
): Promise<void> {
  const body =
    `${DECLARATION}${CIM_OPEN}<MESSAGE ID="1001" PROTOCOLVERSION="1.0"><SIMPLEEXPREQ><EXPMETHODCALL NAME="ExportIndication">` +
    `<EXPPARAMVALUE NAME="NewIndication">${instance}</EXPPARAMVALUE></EXPMETHODCALL></SIMPLEEXPREQ></MESSAGE></CIM>`;
  const headers = {
    'content-type': 'application/xml; charset="utf-8"',
    cimexport: 'MethodRequest',
    cimexportmethod: 'ExportIndication',
    cimprotocolversion: '1.0',
  };
  const failure = failureIn(await deliver({ url, headers, body }, allow, signal));
  if (failure !== null) throw new Error(`${url.host} answered the error ${failure}.`);
}

/** CODE of the answer's ERROR; null for success. A listener that answers nothing has taken it. */
function failureIn(answer: string): string | null {
  if (answer.trim() === '') return null;
  const message = child(parseXml(answer, { doctype: 'skip' }), 'MESSAGE');
  const response = message === undefined ? undefined : child(message, 'SIMPLEEXPRSP')?.children[0];
  const error = response === undefined ? undefined : child(response, 'ERROR');
  return error === undefined ? null : (attribute(error, 'CODE') ?? '1');
}
