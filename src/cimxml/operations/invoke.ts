import { CimError } from '../../cim/errors.ts';
import { fold } from '../../cim/names.ts';
import type { OperationContext } from '../../cim/operations.ts';
import type { CimMethod, CimParameter, SchemaNamespace } from '../../cim/schema.ts';
import type { CimValue, CimValues } from '../../cim/values.ts';
import { attribute } from '../../xml/element.ts';
import { escapeXml } from '../../xml/escape.ts';
import type { ExtrinsicCall } from '../message/call.ts';
import { StatusError } from '../message/status.ts';
import { readValue } from '../values/value-reader.ts';
import { embeddedMark, valueElement, wireType } from '../values/value-writer.ts';
import { type Answer, type CimxmlService, requireSchema, valueContext } from './service.ts';

/** A method of a class (wire-cimxml §5). */
export async function invoke(service: CimxmlService, call: ExtrinsicCall, context: OperationContext): Promise<Answer> {
  const schema = requireSchema(service.broker, call.namespace);
  const method = methodOf(schema, call);
  const result = await service.broker.execute(context, {
    kind: 'invokeMethod',
    namespace: schema.name,
    path: call.path,
    method: method.name,
    args: asParameterError(() => readArguments(schema, method, call)),
  });
  const { returnValue, extended } = result;
  const reason = extended?.get('Message');
  if (extended !== undefined) {
    const { name, address } = context.caller;
    const named = `${call.path.className}.${method.name}`;
    service.log.info({ caller: name, address, method: named, returnValue, reason }, 'method refused');
  }
  return {
    items: null,
    out: writeResult(service, schema, method, returnValue, result.out),
    ...(typeof reason === 'string' ? { detail: reason } : {}),
  };
}

/** @throws CimError invalidClass, methodNotFound */
function methodOf(schema: SchemaNamespace, call: ExtrinsicCall): CimMethod {
  const { className } = call.path;
  const cimClass = schema.class(className);
  if (cimClass === undefined)
    throw new CimError('invalidClass', `Namespace ${schema.name} has no class ${className.slice(0, 200)}.`, {
      subject: className,
    });
  const method = cimClass.method(call.name);
  if (method === undefined)
    throw new CimError('methodNotFound', `${cimClass.name} has no method ${call.name.slice(0, 200)}.`, {
      subject: call.name,
    });
  return method;
}

function readArguments(schema: SchemaNamespace, method: CimMethod, call: ExtrinsicCall): CimValues {
  const inputs = new Map<string, CimParameter>(
    method.parameters.filter((p) => p.direction !== 'out').map((p) => [fold(p.name), p]),
  );
  const args: CimValues = {};
  for (const element of call.parameters) {
    const name = attribute(element, 'NAME') ?? '';
    const parameter = inputs.get(fold(name));
    if (parameter === undefined)
      throw new CimError('invalidParameter', `${method.name} has no input parameter ${name.slice(0, 200)}.`, {
        subject: name,
      });
    if (Object.hasOwn(args, parameter.name))
      throw new CimError('invalidParameter', `Parameter ${parameter.name} is given twice.`, {
        subject: parameter.name,
      });
    args[parameter.name] = readValue(parameter, element, schema);
  }
  return args;
}

/** A value of the wrong type is a wrong parameter here (DSP0200 §5.2.3). */
function asParameterError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CimError && error.code === 'typeMismatch')
      throw new CimError('invalidParameter', error.message, { subject: error.subject ?? '', cause: error });
    throw error;
  }
}

/** @throws StatusError serverLimitsExceeded */
function requireFit({ limits: { maxOutputValues } }: CimxmlService, name: string, value: CimValue | undefined): void {
  if (!Array.isArray(value) || value.length <= maxOutputValues) return;
  throw new StatusError(
    'serverLimitsExceeded',
    `${name} has ${value.length} values; a reply holds ${maxOutputValues}. Ask for less, or over WS-Management.`,
  );
}

function writeResult(
  service: CimxmlService,
  schema: SchemaNamespace,
  method: CimMethod,
  returnValue: CimValue,
  out: CimValues,
): string {
  const values = valueContext(service, schema.name);
  let text =
    returnValue === null
      ? ''
      : `<RETURNVALUE PARAMTYPE="${wireType(method.returnType)}">${valueElement(method.returnType, returnValue, values)}</RETURNVALUE>`;
  for (const { name, type, direction, embedded } of method.parameters) {
    // One that is NULL is left out: an empty PARAMVALUE crashes wbemcli, and to others it says the same.
    if (direction === 'in' || (out[name] ?? null) === null) continue;
    requireFit(service, name, out[name]);
    text +=
      `<PARAMVALUE NAME="${escapeXml(name)}" PARAMTYPE="${wireType(type)}"${embeddedMark(type, embedded)}>` +
      `${valueElement(type, out[name], values)}</PARAMVALUE>`;
  }
  return text;
}
