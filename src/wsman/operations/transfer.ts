import { CimError } from '../../cim/errors.ts';
import { CimInstance } from '../../cim/instance.ts';
import { fold } from '../../cim/names.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { sameValue } from '../../cim/same-value.ts';
import type { CimValues } from '../../cim/values.ts';
import type { XmlElement } from '../../xml/element.ts';
import { ACTION } from '../envelope/namespaces.ts';
import { PREFIXES, type Reply } from '../envelope/reply.ts';
import type { SoapRequest } from '../envelope/request.ts';
import { WsmanFault } from '../faults/fault.ts';
import type { ObjectWriter } from '../objects/object-writer.ts';
import { resolveClass } from '../objects/target.ts';
import { ValueReader } from '../objects/value-reader.ts';
import { type ClassTarget, findInstance } from './instance-path.ts';
import { type Call, execute, type Handler, type WsmanService } from './service.ts';

export const transferReply = (action: string, body: string, header = ''): Reply => ({
  action: `${action}Response`,
  prefixes: PREFIXES.transfer,
  header,
  body,
});

/** Reply header of a request that carried w:RequestEPR (spec §4). */
export function requestedEpr(
  request: SoapRequest,
  writer: ObjectWriter,
  path: ObjectPath | null,
  namespace: string,
): string {
  return request.wantsEpr && path !== null
    ? `<w:RequestedEPR>${writer.references.epr(path, namespace)}</w:RequestedEPR>`
    : '';
}

/** Spec §5.2. */
export const get: Handler = async (service, call) => {
  const target = resolveClass(service.broker.repository, call.request.resource, call.request.selectors);
  const instance = await findInstance(service, call, target);
  const writer = service.writers.for(target.family, call.request);
  const header = requestedEpr(call.request, writer, instance.path(), target.schema.name);
  return transferReply(ACTION.get, writer.object(instance), header);
};

/** Spec §5.3: absent properties keep their value, nil sets NULL, what equals the present value is no change. */
export const put: Handler = async (service, call) => {
  const target = resolveClass(service.broker.repository, call.request.resource, call.request.selectors);
  const current = await findInstance(service, call, target);
  const values = readProperties(service, target, current, bodyObject(call.request.body));
  const updated = await modify(service, call, target, current, onlyChanged(current, onlyListed(call.request, values)));
  const writer = service.writers.for(target.family, call.request);
  const header = requestedEpr(call.request, writer, updated.path(), target.schema.name);
  return transferReply(ACTION.put, writer.object(updated), header);
};

/** Change an instance that was read before. */
export async function modify(
  service: WsmanService,
  call: Call,
  target: ClassTarget,
  current: CimInstance,
  values: CimValues,
): Promise<CimInstance> {
  const path = current.path();
  if (path === null) throw new WsmanFault('notCapable', `${current.class.name} has no keys and cannot be changed.`);
  try {
    return await execute(
      service,
      call,
      { kind: 'modifyInstance', namespace: target.schema.name, path, values },
      { operation: 'PutInstance', parameterInfo: current.class.name, kind: 'object' },
    );
  } catch (error) {
    throw representationFault(error, current.with(values));
  }
}

/** Spec §5.4. */
export const create: Handler = async (service, call) => {
  const target = resolveClass(service.broker.repository, call.request.resource, call.request.selectors);
  const body = bodyObject(call.request.body);
  const cimClass = target.schema.class(body.local) ?? target.class;
  if (!cimClass.isA(target.class.name)) throw new WsmanFault('invalidNamespace');
  const template = new CimInstance(cimClass, {});
  const instance = new CimInstance(cimClass, readProperties(service, { ...target, class: cimClass }, template, body));
  const path = await createInstance(service, call, target, instance);
  const writer = service.writers.for(target.family, call.request);
  const reference = writer.references.contents(path, target.schema.name);
  const header = requestedEpr(call.request, writer, path, target.schema.name);
  return transferReply(ACTION.create, `<x:ResourceCreated>${reference}</x:ResourceCreated>`, header);
};

async function createInstance(
  service: WsmanService,
  call: Call,
  target: ClassTarget,
  instance: CimInstance,
): Promise<ObjectPath> {
  try {
    return await execute(
      service,
      call,
      { kind: 'createInstance', namespace: target.schema.name, instance },
      { operation: 'PutInstance', parameterInfo: instance.class.name, kind: 'object' },
    );
  } catch (error) {
    throw representationFault(error, instance);
  }
}

/** A value that the provider refuses is one of the body: missing or wrong (spec §11). */
function representationFault(error: unknown, instance: CimInstance): unknown {
  if (!(error instanceof WsmanFault) || !(error.cause instanceof CimError)) return error;
  if (error.fault !== 'invalidParameter' && error.fault !== 'parameterType') return error;
  const { subject } = error.cause;
  const missing = subject !== null && instance.class.property(subject) !== undefined && instance.get(subject) === null;
  return new WsmanFault(missing ? 'missingValues' : 'invalidValues', error.message, {
    ...(error.provider === null ? {} : { provider: error.provider }),
    cause: error,
  });
}

/** Spec §5.5. */
export const remove: Handler = async (service, call) => {
  const target = resolveClass(service.broker.repository, call.request.resource, call.request.selectors);
  const path = (await findInstance(service, call, target)).path();
  if (path === null) throw new WsmanFault('notCapable', `${target.class.name} has no keys and cannot be deleted.`);
  await execute(
    service,
    call,
    { kind: 'deleteInstance', namespace: target.schema.name, path },
    { operation: 'DeleteInstance', parameterInfo: target.class.name, kind: 'object' },
  );
  return transferReply(ACTION.delete, '');
};

function bodyObject(body: XmlElement | null): XmlElement {
  if (body === null) throw new WsmanFault('invalidRepresentation', 'The body must hold the object.');
  return body;
}

/** The body's values; its element may be in the WMI, the DMTF or no namespace, but must be of the class. */
function readProperties(service: WsmanService, target: ClassTarget, of: CimInstance, body: XmlElement): CimValues {
  const named = target.schema.class(body.local);
  if (named === undefined || !of.class.isA(named.name)) {
    throw new WsmanFault('invalidNamespace', `The body holds ${body.local.slice(0, 100)} instead of ${of.class.name}.`);
  }
  const reader = new ValueReader(service.broker.repository, target.schema);
  try {
    return reader.properties(of.class, body, (name) => {
      throw new WsmanFault('invalidValues', `${of.class.name} has no property ${name.slice(0, 100)}.`);
    });
  } catch (error) {
    if (error instanceof WsmanFault && error.fault === 'parameterType') {
      throw new WsmanFault('invalidValues', error.message, { cause: error });
    }
    throw error;
  }
}

/** The CIM client names what it changed: nothing else counts then (spec §5.3). */
function onlyListed(request: SoapRequest, values: CimValues): CimValues {
  const listed = request.options.filter(
    (o) =>
      fold(o.name) === 'wmiarray:__mi_instancemodifiedpropertieslist' ||
      fold(o.name) === 'wmiarray:__miinstancemodifiedpropertieslist',
  );
  if (listed.length === 0) return values;
  const names = new Set(listed.flatMap((o) => o.value.split(',')).map((n) => fold(n.trim())));
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(fold(name))));
}

const onlyChanged = (current: CimInstance, values: CimValues): CimValues =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => !sameValue(current.get(name), value)));
