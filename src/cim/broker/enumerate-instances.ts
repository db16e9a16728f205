import type { CimInstance } from '../instance.ts';
import type { InstanceResult, OperationContext } from '../operations.ts';
import type { CimClass, SchemaNamespace } from '../schema.ts';
import type { ProviderRegistry } from './provider-registry.ts';

/** Instances of the class and, when `deep`, of its descendants, each as its own class, pulled one by one. */
export function enumerateInstances(
  registry: ProviderRegistry,
  context: OperationContext,
  schema: SchemaNamespace,
  cimClass: CimClass,
  deep: boolean,
): InstanceResult {
  const own = registry.instances(cimClass);
  const providers = deep ? registry.family(schema, cimClass) : own === undefined ? [] : [own];
  return { items: all(context, providers), columns: null };
}

function* all(context: OperationContext, providers: ReturnType<ProviderRegistry['family']>): Generator<CimInstance> {
  for (const provider of providers) yield* provider.enumerate(context);
}
