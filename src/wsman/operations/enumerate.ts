import { CimInstance } from '../../cim/instance.ts';
import type { ClassResult, InstanceResult } from '../../cim/operations.ts';
import type { CimClass } from '../../cim/schema.ts';
import { child } from '../../xml/element.ts';
import { ACTION, NS } from '../envelope/namespaces.ts';
import { envelopeOverhead, PREFIXES, type Reply } from '../envelope/reply.ts';
import { WsmanFault } from '../faults/fault.ts';
import type { FailedOperation } from '../faults/from-cim-error.ts';
import type { ObjectWriter } from '../objects/object-writer.ts';
import type { ItemSource, PulledItems, PullOrder } from './item-source.ts';
import { type EnumerateRequest, operationBody, readEnumerate, readMaxElements } from './enumerate-request.ts';
import { RenderedSource } from './rendered-source.ts';
import { asFault, type Call, execute, type Handler, type WsmanService } from './service.ts';

const enumerationReply = (action: string, body: string): Reply => ({
  action: `${action}Response`,
  prefixes: PREFIXES.enumeration,
  header: '',
  body,
});

/** Spec §5.6. */
export const enumerate: Handler = async (service, call) => {
  const asked = readEnumerate(service.broker.repository, call.request, service.limits.maxBatchItems);
  service.contexts.checkQuota(call.context.caller.name);
  const failed = failedOperation(asked);
  const result = await runEnumeration(service, call, asked, failed);
  const writer = service.writers.for(asked.target.family, call.request);
  const source = new RenderedSource(result.items, renderer(writer, asked, result), (error) => asFault(error, failed));
  return await openEnumeration(service, call, source, asked.optimized ? asked.maxElements : null);
};

/** Answer an Enumerate; `maxElements` null: not optimised, the reply has only a context. */
export async function openEnumeration(
  service: WsmanService,
  call: Call,
  source: ItemSource,
  maxElements: number | null,
): Promise<Reply> {
  const owner = call.context.caller.name;
  if (maxElements === null) {
    const id = service.contexts.open(owner, source);
    return enumerationReply(
      ACTION.enumerate,
      `<n:EnumerateResponse><n:EnumerationContext>${id}</n:EnumerationContext></n:EnumerateResponse>`,
    );
  }
  const pulled = await firstItems(source, pullOrder(service, call, maxElements));
  const context = pulled.done ? '' : service.contexts.open(owner, source);
  // An optimised reply has its items in the WS-Management namespace, the context first and empty at the end.
  return enumerationReply(
    ACTION.enumerate,
    `<n:EnumerateResponse><n:EnumerationContext>${context}</n:EnumerationContext><w:Items>${pulled.items.join('')}</w:Items>${pulled.done ? '<w:EndOfSequence/>' : ''}</n:EnumerateResponse>`,
  );
}

async function firstItems(source: ItemSource, order: PullOrder): Promise<PulledItems> {
  try {
    return await source.pull(order);
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Spec §5.7. The resource URI may be another than the Enumerate's; only the context and its user count. */
export const pull: Handler = async (service, call) => {
  const body = operationBody(call.request, 'Pull', NS.enumeration);
  const order = pullOrder(service, call, readMaxElements(body, service.limits.maxBatchItems));
  const id = contextId(body);
  await tellTheft(service, call, id);
  const taken = service.contexts.take(id, call.context.caller.name);
  let pulled: PulledItems;
  try {
    pulled = await taken.source.pull(order);
  } catch (error) {
    // What the client can mend (envelope size, time) leaves the enumeration as it was.
    if (error instanceof WsmanFault && (error.fault === 'timedOut' || error.fault === 'envelopeExceeded')) taken.keep();
    else taken.close();
    throw error;
  }
  const items = `<n:Items>${pulled.items.join('')}</n:Items>`;
  if (pulled.done) taken.close();
  return enumerationReply(
    ACTION.pull,
    pulled.done
      ? `<n:PullResponse>${items}<n:EndOfSequence/></n:PullResponse>`
      : `<n:PullResponse><n:EnumerationContext>${taken.renew()}</n:EnumerationContext>${items}</n:PullResponse>`,
  );
};

/** Spec §5.8. */
export const release: Handler = async (service, call) => {
  const body = operationBody(call.request, 'Release', NS.enumeration);
  const id = contextId(body);
  await tellTheft(service, call, id);
  service.contexts.release(id, call.context.caller.name);
  return enumerationReply(ACTION.release, '');
};

/** Whoever names the enumeration of somebody else is told that there is none; the trail knows better (hardening 19). */
async function tellTheft(
  { contexts, turnedAway }: WsmanService,
  { context, request }: Call,
  id: string,
): Promise<void> {
  const { caller, requestId } = context;
  if (!contexts.isForeign(id, caller.name)) return;
  const what = request.action.slice(request.action.lastIndexOf('/') + 1);
  await turnedAway({ caller, protocol: 'wsman', what, reason: "somebody else's enumeration", requestId });
}

function contextId(body: Parameters<typeof child>[0]): string {
  return (child(body, 'EnumerationContext', NS.enumeration)?.text ?? '').trim();
}

function pullOrder(service: WsmanService, call: Call, maxItems: number): PullOrder {
  const { maxReplyBytes, batchBytes } = service.limits;
  const most = Math.min(call.request.maxEnvelopeSize ?? maxReplyBytes, maxReplyBytes);
  const overhead = envelopeOverhead(call.request.messageId, call.request.charset);
  return {
    maxItems,
    maxBytes: Math.min(call.request.maxEnvelopeSize ?? batchBytes, maxReplyBytes) - overhead,
    maxItemBytes: most - overhead,
    charset: call.request.charset,
    timeoutMs: call.timeoutMs,
    signal: call.context.signal,
  };
}

function failedOperation(asked: EnumerateRequest): FailedOperation {
  const { operation } = asked;
  switch (operation.kind) {
    case 'enumerateInstances':
      return { operation: 'CreateInstanceEnum', parameterInfo: operation.className, kind: 'object' };
    case 'execQuery':
      return { operation: 'ExecQuery', parameterInfo: operation.query.slice(0, 2000), kind: 'query' };
    default:
      return { operation: 'ExecQuery', parameterInfo: operation.source.className, kind: 'query' };
  }
}

async function runEnumeration(
  service: WsmanService,
  call: Call,
  asked: EnumerateRequest,
  failed: FailedOperation,
): Promise<InstanceResult> {
  const result: InstanceResult | ClassResult = await execute(service, call, asked.operation, failed);
  if ('classes' in result) {
    throw new WsmanFault(
      'cannotProcessFilter',
      'Class definitions cannot be enumerated by a query over WS-Management; use the cim-xml resource URI.',
    );
  }
  return asked.columns === null ? result : { items: result.items, columns: asked.columns };
}

/** How one item looks, by enumeration mode and projection (spec §5.6, §5.9). */
function renderer(
  writer: ObjectWriter,
  asked: EnumerateRequest,
  result: InstanceResult,
): (instance: CimInstance) => string {
  const { columns } = result;
  const base = asked.polymorphism === 'exclude' ? asked.target.class : null;
  const object = (instance: CimInstance): string =>
    columns === null
      ? writer.object(base === null ? instance : cast(instance, base))
      : writer.projection(instance, columns);
  const epr = (instance: CimInstance): string => {
    const path = instance.path();
    if (path === null)
      throw new WsmanFault('enumerationMode', `Instances of ${instance.class.name} have no keys and so no references.`);
    return writer.references.epr(path, instance.class.namespace);
  };
  switch (asked.mode) {
    case 'objects':
      return object;
    case 'epr':
      return epr;
    case 'objectAndEpr':
      return (instance) => `<w:Item>${object(instance)}${epr(instance)}</w:Item>`;
  }
}

/** ExcludeSubClassProperties: a derived instance shown as the base class. */
const cast = (instance: CimInstance, base: CimClass): CimInstance =>
  new CimInstance(base, Object.fromEntries(base.properties.map((p) => [p.name, instance.get(p.name)])));
