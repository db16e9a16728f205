import { ACTION } from '../envelope/namespaces.ts';
import type { SoapRequest } from '../envelope/request.ts';

const ACTIONS: ReadonlySet<string> = new Set([ACTION.end, ACTION.keepAlive, ACTION.acknowledge, ACTION.cancel]);

/**
 * Messages of robust connections. This service keeps none, and says so by leaving OperationID out of its replies;
 * clients that send these anyway get the empty 200 they expect (spec §5, last row).
 */
export const isHousekeeping = (request: SoapRequest): boolean =>
  request.resource?.family === 'fullDuplex' && ACTIONS.has(request.action);
