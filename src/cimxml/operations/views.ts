import type { CimClass } from '../../cim/schema.ts';
import type { InstanceWriter } from '../values/instance-writer.ts';
import type { Request } from './service.ts';

/**
 * The writer for what a request wants to see of instances: PropertyList, IncludeClassOrigin, and DeepInheritance FALSE,
 * which cuts instances down to `base`. LocalOnly and IncludeQualifiers are deprecated and change nothing for instances
 * (wire-cimxml §4).
 */
export function instanceWriter({ service, parameters }: Request, base: CimClass | null = null): InstanceWriter {
  const properties = parameters.names('PropertyList');
  const classOrigin = parameters.boolean('IncludeClassOrigin', false);
  if (properties === null && !classOrigin && base === null) return service.instances;
  return service.instances.withView({ properties, classOrigin, trimTo: base });
}
