import type { IncomingHttpHeaders } from 'node:http';
import { foldNamespace, sameName } from '../../cim/names.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { samePath } from '../../cim/path/compare-paths.ts';
import { tryParsePath } from '../../cim/path/parse-path.ts';
import type { Call } from './call.ts';
import { MessageRefusal } from './refusal.ts';

/** What can be refused before the body is looked at (DSP0200 §6.2). @throws MessageRefusal */
export function checkPreamble(headers: IncomingHttpHeaders): void {
  if (headers['cimbatch'] !== undefined)
    throw new MessageRefusal('multiple-requests-unsupported', 'Send one request per message.');
  const operation = headers['cimoperation']?.toString().trim();
  if (operation !== undefined && !sameName(operation, 'MethodCall'))
    throw new MessageRefusal('unsupported-operation', `CIMOperation is MethodCall, not "${operation.slice(0, 40)}".`);
  const version = headers['cimprotocolversion']?.toString().trim();
  if (version !== undefined && !/^1\.\d{1,4}$/.test(version))
    throw new MessageRefusal(
      'unsupported-protocol-version',
      `CIMProtocolVersion is 1.x, not "${version.slice(0, 40)}".`,
    );
}

/**
 * CIMMethod and CIMObject say the same as the body, or else a proxy that looks at headers only was told lies
 * (wire-cimxml §1). Clients that leave them out are served. @throws MessageRefusal header-mismatch
 */
export function checkTarget(headers: IncomingHttpHeaders, call: Call): void {
  const method = decoded(headers['cimmethod']);
  if (method !== null && !sameName(method, call.name))
    throw new MessageRefusal(
      'header-mismatch',
      `CIMMethod says "${method.slice(0, 100)}", the body ${call.name.slice(0, 100)}.`,
    );
  const object = decoded(headers['cimobject']);
  if (object === null || isTarget(object, call)) return;
  throw new MessageRefusal('header-mismatch', `CIMObject says "${object.slice(0, 200)}", the body something else.`);
}

/** Percent-encoded UTF-8, or UTF-8 as it is; null when there is no such header. */
function decoded(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  const utf8 = Buffer.from(header.toString(), 'latin1').toString('utf8').trim();
  try {
    return decodeURIComponent(utf8);
  } catch {
    throw new MessageRefusal('request-not-valid', 'A header is not percent-encoded UTF-8.');
  }
}

function isTarget(object: string, call: Call): boolean {
  if (call.kind === 'intrinsic') return foldNamespace(object) === foldNamespace(call.namespace);
  // Backslashes in keys come doubled, as object paths want it, or as they are.
  return (['cooked', 'raw'] as const).some((reading) => {
    const path = tryParsePath(object, { reading });
    return path !== undefined && path.namespace !== null && denotes(path, call.path);
  });
}

const denotes = (header: ObjectPath, body: ObjectPath): boolean =>
  samePath(header, body) ||
  (header.singleton &&
    body.keys?.size === 0 &&
    sameName(header.className, body.className) &&
    foldNamespace(header.namespace ?? '') === foldNamespace(body.namespace ?? ''));
