import { ACTION } from '../envelope/namespaces.ts';
import type { SoapRequest } from '../envelope/request.ts';
import { WsmanFault } from '../faults/fault.ts';
import { enumerateClasses, getClass } from './class-metadata.ts';
import { enumerate, pull, release } from './enumerate.ts';
import { renew, subscribe, unsubscribe } from './eventing.ts';
import { getFragment, putFragment } from './fragment.ts';
import { invoke } from './invoke.ts';
import type { Handler } from './service.ts';
import { create, get, put, remove } from './transfer.ts';

const notSupported: Handler = async (_service, call) => {
  throw new WsmanFault('actionNotSupported', `The action ${call.request.action.slice(0, 300)} is not supported.`);
};

const metadata = (request: SoapRequest): boolean => request.resource?.family === 'cimxml';

/** Action of the request to what serves it; everything else is a method of a class (spec §5). */
const HANDLERS: Readonly<Record<string, (request: SoapRequest) => Handler>> = {
  [ACTION.get]: (request) => (metadata(request) ? getClass : request.fragment === null ? get : getFragment),
  [ACTION.put]: (request) => (request.fragment === null ? put : putFragment),
  [ACTION.create]: () => create,
  [ACTION.delete]: () => remove,
  [ACTION.enumerate]: (request) => (metadata(request) ? enumerateClasses : enumerate),
  [ACTION.pull]: () => pull,
  [ACTION.release]: () => release,
  [ACTION.subscribe]: () => subscribe,
  [ACTION.unsubscribe]: () => unsubscribe,
  [ACTION.renew]: () => renew,
  [ACTION.getStatus]: () => notSupported,
};

export function handlerOf(request: SoapRequest): Handler {
  const choose = Object.hasOwn(HANDLERS, request.action) ? HANDLERS[request.action] : undefined;
  return choose === undefined ? invoke : choose(request);
}
