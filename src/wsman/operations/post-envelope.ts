import { type AllowDelivery, deliver } from '../../http/deliver.ts';
import { child } from '../../xml/element.ts';
import { parseXml } from '../../xml/parse.ts';
import { ACTION, NS } from '../envelope/namespaces.ts';

/** POST an envelope to an event sink and return the SOAP action of its answer, '' for none. @throws Error as `deliver` */
export async function postEnvelope(
  url: URL,
  envelope: string,
  allow: AllowDelivery,
  signal: AbortSignal,
): Promise<string> {
  const headers = { 'content-type': 'application/soap+xml;charset=UTF-8' };
  return actionOf(await deliver({ url, headers, body: envelope }, allow, signal));
}

function actionOf(text: string): string {
  if (text.trim() === '') return '';
  const header = child(parseXml(text), 'Header', NS.soap);
  return (header === undefined ? undefined : child(header, 'Action', NS.addressing))?.text.trim() ?? '';
}

export const isAck = (action: string): boolean => action === ACTION.ack;
