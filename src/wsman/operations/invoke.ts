import type { CimClass, CimMethod, CimParameter, SchemaNamespace } from '../../cim/schema.ts';
import { fold, sameName } from '../../cim/names.ts';
import type { MethodResult } from '../../cim/operations.ts';
import type { CimValue, CimValues } from '../../cim/values.ts';
import type { XmlElement } from '../../xml/element.ts';
import { PREFIXES, type Reply } from '../envelope/reply.ts';
import { parseResourceUri, type ResourceUri } from '../envelope/resource-uri.ts';
import { WsmanFault } from '../faults/fault.ts';
import type { TypedName } from '../objects/object-writer.ts';
import { hasPadding, resolveClass, selectorPath } from '../objects/target.ts';
import { groupByName, isNil, ValueReader } from '../objects/value-reader.ts';
import { type ClassTarget, findInstance } from './instance-path.ts';
import { type Call, execute, type Handler, type WsmanService } from './service.ts';

/** Spec §7. */
export const invoke: Handler = async (service, call) => {
  const target = resolveClass(service.broker.repository, call.request.resource, call.request.selectors);
  const method = methodOf(target, call.request.action);
  const args = readArguments(service, target, method, call.request.body);
  const result = await execute(
    service,
    call,
    {
      kind: 'invokeMethod',
      namespace: target.schema.name,
      path: await methodPath(service, call, target, method),
      method: method.name,
      args,
    },
    { operation: 'ExecMethod', parameterInfo: `${target.class.name}::${method.name}`, kind: 'invoke' },
  );
  if (result.extended !== undefined) {
    service.log.info(
      {
        caller: call.context.caller.name,
        address: call.context.caller.address,
        method: `${target.class.name}.${method.name}`,
        returnValue: result.returnValue,
        reason: result.extended.get('Message'),
      },
      'method refused',
    );
  }
  return invokeReply(service, call, target, method, result);
};

/** Complete keys go straight on; a subset, none, or padded ones are looked up first for the right fault. */
async function methodPath(service: WsmanService, call: Call, target: ClassTarget, method: CimMethod) {
  const path = selectorPath(service.broker.repository, target);
  const complete = target.keys.length === target.class.keys.length && target.keys.length > 0;
  if (method.static || (complete && !hasPadding(target.keys))) return path;
  return (await findInstance(service, call, target)).path() ?? path;
}

/** The method that the Action names: `<class URI>/<Method>`, a superclass URI, or the bare name (spec §7). */
function methodOf(target: ClassTarget, action: string): CimMethod {
  const slash = action.lastIndexOf('/');
  const name = action.slice(slash + 1);
  if (slash >= 0) checkActionClass(target, action.slice(0, slash), name);
  const method = target.class.method(name);
  if (method === undefined) {
    throw new WsmanFault('actionMismatch', `${target.class.name} has no method ${name.slice(0, 200)}.`);
  }
  return method;
}

function checkActionClass(target: ClassTarget, uri: string, method: string): void {
  let named: ResourceUri;
  try {
    named = parseResourceUri(uri).resource;
  } catch (error) {
    if (error instanceof WsmanFault)
      throw new WsmanFault(
        'actionNotSupported',
        `The action ${method.slice(0, 200)} of ${uri.slice(0, 200)} is not supported.`,
      );
    throw error;
  }
  if (named.family !== 'wmi' && named.family !== 'dmtf') throw new WsmanFault('actionMismatch');
  const fits = target.class.isA(named.className) || isDerived(target.schema, named.className, target.class);
  if (!fits || (named.family === 'wmi' && !sameNamespace(target.schema, named.namespace))) {
    throw new WsmanFault(
      'actionMismatch',
      `The action is one of ${named.className}, the resource is ${target.class.name}.`,
    );
  }
}

/** A client may address the base class and name the method of the derived one; the instance decides. */
const isDerived = (schema: SchemaNamespace, name: string, base: CimClass): boolean =>
  schema.class(name)?.isA(base.name) === true;

const sameNamespace = (schema: SchemaNamespace, name: string): boolean =>
  sameName(schema.name.replaceAll('\\', '/'), name.replaceAll('\\', '/'));

function readArguments(
  service: WsmanService,
  target: ClassTarget,
  method: CimMethod,
  body: XmlElement | null,
): CimValues {
  if (body === null) return {};
  if (!sameName(body.local, `${method.name}_INPUT`)) {
    throw new WsmanFault('schemaValidation', `The body must hold ${method.name}_INPUT.`);
  }
  const reader = new ValueReader(service.broker.repository, target.schema);
  const inputs = new Map<string, CimParameter>(
    method.parameters.filter((p) => p.direction !== 'out').map((p) => [fold(p.name), p]),
  );
  const args: CimValues = {};
  for (const [name, elements] of groupByName(body.children)) {
    const parameter = inputs.get(name);
    if (parameter === undefined) {
      if (elements.every(isNil)) continue;
      throw new WsmanFault(
        'invalidParameterName',
        `${method.name} has no input parameter ${elements[0]!.local.slice(0, 200)}.`,
      );
    }
    args[parameter.name] = reader.value(parameter, elements);
  }
  return args;
}

/** Outputs that are one base64 text instead of repeated numbers, because libvirt reads them so (K5). */
const BASE64_OUTPUTS: ReadonlySet<string> = new Set(['GetVirtualSystemThumbnailImage.ImageData']);

function invokeReply(
  service: WsmanService,
  call: Call,
  target: ClassTarget,
  method: CimMethod,
  result: MethodResult,
): Reply {
  const values: CimValues = { ...result.out, ReturnValue: result.returnValue };
  const outs: TypedName[] = [{ name: 'ReturnValue', type: method.returnType, array: false }];
  for (const parameter of method.parameters) {
    if (parameter.direction === 'in') continue;
    if (BASE64_OUTPUTS.has(`${method.name}.${parameter.name}`)) {
      outs.push({ name: parameter.name, type: 'string', array: false });
      values[parameter.name] = base64(result.out[parameter.name] ?? null);
    } else outs.push(parameter);
  }
  const writer = service.writers.for(target.family, call.request);
  return {
    action: `${call.request.action}Response`,
    prefixes: PREFIXES.transfer,
    // Why it was refused, beside the number (management-service §0): a header block that nobody must understand, for
    // clients read the body by position and by name and would trip over anything more in there.
    header: result.extended === undefined ? '' : writer.object(result.extended),
    body: writer.output(method.name, target.class, outs, values),
  };
}

const base64 = (value: CimValue): string | null =>
  Array.isArray(value) ? Buffer.from(value as readonly number[]).toString('base64') : null;
