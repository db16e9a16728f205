import { type AllowDelivery, deliver } from '../../http/deliver.ts';
import { child } from '../../xml/element.ts';
import { parseXml } from '../../xml/parse.ts';
import { ACTION, NS } from '../envelope/namespaces.ts';

/**
 * POST an envelope to an event sink; where it is to be acknowledged, the sink answers with an Ack. What else a sink says, in
 * whatever form, is its own affair. @throws Error as `deliver`, or without the Ack
 */
export async function postEnvelope(
  url: URL,
  envelope: string,
  ack: boolean,
  allow: AllowDelivery,
  signal: AbortSignal,
): Promise<void> {
  const headers = { 'content-type': 'application/soap+xml;charset=UTF-8' };
  const answer = await deliver({ url, headers, body: envelope }, allow, signal);
  if (ack && actionOf(answer) !== ACTION.ack) throw new Error('The event sink did not acknowledge.');
}

function actionOf(text: string): string {
  if (text.trim() === '') return '';
  const header = child(parseXml(text), 'Header', NS.soap);
  return (header === undefined ? undefined : child(header, 'Action', NS.addressing))?.text.trim() ?? '';
}
