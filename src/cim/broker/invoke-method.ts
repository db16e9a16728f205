import { coerceValue } from '../coerce/coerce-value.ts';
import { CimError } from '../errors.ts';
import { ObjectPath } from '../object-path.ts';
import { fold, sameName } from '../names.ts';
import type { MethodResult, Operation, OperationContext } from '../operations.ts';
import { normalizeReference } from '../path/normalize-path.ts';
import type { CimClass, CimMethod, CimParameter, SchemaNamespace } from '../schema.ts';
import type { CimScalar, CimValue, CimValues } from '../values.ts';
import { getInstance } from './find-instance.ts';
import type { ProviderRegistry } from './provider-registry.ts';

/** Answers a method that its class declares and no provider implements; undefined leaves it unanswered. */
export type MethodFallback = (
  context: OperationContext,
  path: ObjectPath,
  cimClass: CimClass,
  method: CimMethod,
  args: CimValues,
) => Promise<MethodResult> | undefined;

/**
 * Check and dispatch an extrinsic method. Parameters that are absent are passed on as absent: Hyper-V's methods answer
 * a missing one with their own return code (spec management-service §0).
 * @throws CimError methodNotFound, notFound, invalidParameter or typeMismatch (subject: the parameter), methodNotAvailable
 */
export async function invokeMethod(
  registry: ProviderRegistry,
  fallback: MethodFallback | undefined,
  context: OperationContext,
  schema: SchemaNamespace,
  operation: Operation<'invokeMethod'>,
): Promise<MethodResult> {
  const declared = requireClass(schema, operation.path.className);
  const asked = requireMethod(declared, operation.method);
  const path = asked.static
    ? new ObjectPath(null, schema.name, declared.name, null)
    : getInstance(registry, context, schema, operation.path).path;
  const cimClass = schema.class(path.className) ?? declared;
  const method = requireMethod(cimClass, operation.method);
  const args = typeArguments(schema, method, operation.args);
  const implementation = registry.method(cimClass, method.name);
  const answer =
    implementation === undefined
      ? fallback?.(context, path, cimClass, method, args)
      : implementation(context, path, args);
  if (answer === undefined) {
    throw new CimError('methodNotAvailable', `${cimClass.name}.${method.name} is declared but not provided.`, {
      subject: method.name,
    });
  }
  const result = await answer;
  return { ...result, out: spelled(method, result.out) };
}

export function requireClass(schema: SchemaNamespace, name: string): CimClass {
  const cimClass = schema.class(name);
  if (cimClass === undefined)
    throw new CimError('invalidClass', `Namespace ${schema.name} has no class ${name}.`, { subject: name });
  return cimClass;
}

function requireMethod(cimClass: CimClass, name: string): CimMethod {
  const method = cimClass.method(name);
  if (method === undefined)
    throw new CimError('methodNotFound', `${cimClass.name} has no method ${name}.`, { subject: name });
  return method;
}

function typeArguments(schema: SchemaNamespace, method: CimMethod, args: CimValues): CimValues {
  const typed: CimValues = {};
  for (const [name, value] of Object.entries(args)) {
    const parameter = parameterOf(method, name);
    typed[parameter.name] = normalizeReferences(schema, coerceValue(parameter, value));
  }
  return typed;
}

function parameterOf(method: CimMethod, name: string): CimParameter {
  const parameter = method.parameters.find((p) => p.direction !== 'out' && sameName(p.name, name));
  if (parameter !== undefined) return parameter;
  throw new CimError('invalidParameter', `${method.name} has no input parameter ${name}.`, { subject: name });
}

/** Out parameters in repository spelling: one implementation serves classes of several namespaces, which spell them differently. */
function spelled(method: CimMethod, out: CimValues): CimValues {
  let names = SPELLINGS.get(method);
  if (names === undefined)
    SPELLINGS.set(method, (names = new Map(method.parameters.map(({ name }) => [fold(name), name]))));
  const values: CimValues = {};
  for (const [name, value] of Object.entries(out)) values[names.get(fold(name)) ?? name] = value;
  return values;
}

/** Names of parameters in repository spelling by folded name. */
const SPELLINGS = new WeakMap<CimMethod, ReadonlyMap<string, string>>();

/** References reach the provider in repository spelling; one that cannot be read so is the method's to refuse. */
function normalizeReferences(schema: SchemaNamespace, value: CimValue): CimValue {
  if (Array.isArray(value))
    return (value as readonly (CimScalar | null)[]).map((v) => normalizeReferences(schema, v) as CimScalar | null);
  if (!(value instanceof ObjectPath)) return value;
  try {
    return normalizeReference(value, schema);
  } catch (error) {
    if (error instanceof CimError) return value;
    throw error;
  }
}
