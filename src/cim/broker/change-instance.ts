import { coerceValue } from '../coerce/coerce-value.ts';
import { CimError } from '../errors.ts';
import { CimInstance } from '../instance.ts';
import type { ObjectPath } from '../object-path.ts';
import type { Operation, OperationContext } from '../operations.ts';
import { keyText } from '../path/compare-paths.ts';
import type { CimClass, SchemaNamespace } from '../schema.ts';
import type { CimValue, CimValues } from '../values.ts';
import { getInstance } from './find-instance.ts';
import { requireClass } from './invoke-method.ts';
import type { ProviderRegistry } from './provider-registry.ts';

/** Most classes are changed by methods only; their providers cannot create, modify or delete (spec wire-wsman §5.3). */
const notCapable = (cimClass: string, what: string): CimError =>
  new CimError(
    'providerNotCapable',
    `Instances of ${cimClass} cannot be ${what} directly; use the methods of its service.`,
  );

export async function createInstance(
  registry: ProviderRegistry,
  context: OperationContext,
  schema: SchemaNamespace,
  operation: Operation<'createInstance'>,
): Promise<ObjectPath> {
  const cimClass = requireClass(schema, operation.instance.class.name);
  const provider = registry.instances(cimClass);
  if (provider?.create === undefined) throw notCapable(cimClass.name, 'created');
  const values = typeValues(cimClass, operation.instance.values);
  return provider.create(context, new CimInstance(cimClass, values));
}

export async function modifyInstance(
  registry: ProviderRegistry,
  context: OperationContext,
  schema: SchemaNamespace,
  operation: Operation<'modifyInstance'>,
): Promise<CimInstance> {
  const { instance, provider, path } = getInstance(registry, context, schema, operation.path);
  const values = typeValues(instance.class, operation.values);
  for (const key of instance.class.keys) {
    const given = values[key.name];
    if (given === undefined) continue;
    if (given === null || !sameScalar(given, instance.get(key.name))) {
      throw new CimError('invalidParameter', `${key.name} is a key and cannot be changed.`, { subject: key.name });
    }
    delete values[key.name];
  }
  if (provider.modify === undefined) throw notCapable(instance.class.name, 'modified');
  return provider.modify(context, path, values);
}

export async function deleteInstance(
  registry: ProviderRegistry,
  context: OperationContext,
  schema: SchemaNamespace,
  operation: Operation<'deleteInstance'>,
): Promise<undefined> {
  const { instance, provider, path } = getInstance(registry, context, schema, operation.path);
  if (provider.remove === undefined) throw notCapable(instance.class.name, 'deleted');
  await provider.remove(context, path);
  return undefined;
}

/** By repository name and of the schema's type. @throws CimError noSuchProperty, typeMismatch */
function typeValues(cimClass: CimClass, values: CimValues): CimValues {
  const typed: CimValues = {};
  for (const [name, value] of Object.entries(values)) {
    const property = cimClass.property(name);
    if (property === undefined)
      throw new CimError('noSuchProperty', `${cimClass.name} has no property ${name}.`, { subject: name });
    typed[property.name] = coerceValue(property, value);
  }
  return typed;
}

const sameScalar = (a: CimValue, b: CimValue): boolean =>
  a !== null &&
  b !== null &&
  keyText(a as Parameters<typeof keyText>[0]) === keyText(b as Parameters<typeof keyText>[0]);
