import { readPath } from '../../cim/embedded/read-cim-xml-path.ts';
import { CharsetError, decodeText } from '../../http/charset.ts';
import { attribute, type XmlElement } from '../../xml/element.ts';
import { parseXml, XmlError, type XmlLimits } from '../../xml/parse.ts';
import type { Call } from './call.ts';
import { MessageRefusal } from './refusal.ts';

/** Bounds of a request's XML (hardening 5); its size is bounded by the listener before. */
const LIMITS: Partial<XmlLimits> = { depth: 48, elements: 200_000, attributes: 32 };
/** Longest message id that is echoed. */
const MAX_ID = 1024;

const invalid = (message: string): MessageRefusal => new MessageRefusal('request-not-valid', message);

/** The call in the bytes of a request (wire-cimxml §2). @throws MessageRefusal */
export function readMessage(bytes: Uint8Array, contentType: string | undefined): Call {
  const cim = parse(bytes, contentType);
  if (cim.local !== 'CIM') throw invalid(`The root element is ${cim.local.slice(0, 100)}, not CIM.`);
  checkVersion(cim, 'CIMVERSION', '2', 'unsupported-cim-version');
  checkVersion(cim, 'DTDVERSION', '2', 'unsupported-dtd-version');
  const message = only(cim, ['MESSAGE']);
  checkVersion(message, 'PROTOCOLVERSION', '1', 'unsupported-protocol-version');
  const messageId = required(message, 'ID');
  if (messageId.length > MAX_ID) throw invalid(`The message ID is longer than ${MAX_ID} characters.`);
  const request = only(message, ['SIMPLEREQ', 'MULTIREQ', 'SIMPLEEXPREQ', 'MULTIEXPREQ']);
  if (request.local === 'MULTIREQ')
    throw new MessageRefusal('multiple-requests-unsupported', 'Send one request per message.');
  if (request.local !== 'SIMPLEREQ')
    throw new MessageRefusal('unsupported-operation', 'This service sends indications and takes none.');
  return readCall(only(request, ['IMETHODCALL', 'METHODCALL']), messageId);
}

function parse(bytes: Uint8Array, contentType: string | undefined): XmlElement {
  try {
    // A DOCTYPE that declares nothing is passed over; an internal subset is refused, and nothing is ever resolved.
    return parseXml(decodeText(bytes, contentType).text, { ...LIMITS, doctype: 'skip' });
  } catch (error) {
    if (error instanceof XmlError || error instanceof CharsetError)
      throw new MessageRefusal('request-not-well-formed', error.message.slice(0, 200));
    throw error;
  }
}

function checkVersion(
  element: XmlElement,
  name: string,
  major: string,
  reason: 'unsupported-cim-version' | 'unsupported-dtd-version' | 'unsupported-protocol-version',
): void {
  const given = required(element, name).trim();
  if (!new RegExp(`^${major}(?:\\.\\d{1,4}){1,2}$`).test(given))
    throw new MessageRefusal(reason, `${name} must be ${major}.x, not "${given.slice(0, 40)}".`);
}

function required(element: XmlElement, name: string): string {
  const value = attribute(element, name);
  if (value === undefined || value === '') throw invalid(`${element.local} needs the attribute ${name}.`);
  return value;
}

function only(parent: XmlElement, names: readonly string[]): XmlElement {
  const [element] = parent.children;
  if (element === undefined || parent.children.length > 1 || !names.includes(element.local))
    throw invalid(`${parent.local} must hold exactly one of ${names.join(', ')}.`);
  return element;
}

function readCall(element: XmlElement, messageId: string): Call {
  const name = required(element, 'NAME');
  const [target, ...parameters] = element.children;
  const intrinsic = element.local === 'IMETHODCALL';
  const parameterName = intrinsic ? 'IPARAMVALUE' : 'PARAMVALUE';
  for (const parameter of parameters) {
    if (parameter.local !== parameterName)
      throw invalid(`${element.local} holds ${parameter.local.slice(0, 100)} where ${parameterName} is expected.`);
    required(parameter, 'NAME');
  }
  if (target === undefined) throw invalid(`${element.local} names no target.`);
  if (intrinsic) return { kind: 'intrinsic', messageId, name, namespace: readNamespace(target), parameters };
  const path = target.local === 'LOCALINSTANCEPATH' || target.local === 'LOCALCLASSPATH' ? readPath(target) : null;
  if (path === null || path.namespace === null)
    throw invalid('METHODCALL needs a LOCALINSTANCEPATH or LOCALCLASSPATH with its namespace.');
  return { kind: 'extrinsic', messageId, name, path, namespace: path.namespace, parameters };
}

function readNamespace(element: XmlElement): string {
  if (element.local !== 'LOCALNAMESPACEPATH') throw invalid('IMETHODCALL needs a LOCALNAMESPACEPATH first.');
  const segments = element.children.map((child) => {
    if (child.local !== 'NAMESPACE') throw invalid('LOCALNAMESPACEPATH holds NAMESPACE elements only.');
    return required(child, 'NAME');
  });
  if (segments.length === 0) throw invalid('LOCALNAMESPACEPATH is empty.');
  return segments.join('\\').replaceAll('/', '\\');
}
