import { CimInstance } from '../instance.ts';
import type { ObjectPath } from '../object-path.ts';
import type { OperationContext } from '../operations.ts';
import { pathKey, samePath } from '../path/compare-paths.ts';
import type { AssociationProvider, InstanceProvider } from '../provider.ts';
import type { CimClass, ClassRepository } from '../schema.ts';
import type { CimValues } from '../values.ts';

/** A handful of instances that never change. */
export class RowProvider implements InstanceProvider {
  readonly namespace: string;
  readonly className: string;
  readonly instances: readonly CimInstance[];
  readonly #byPath: ReadonlyMap<string, CimInstance>;

  /** @throws Error when the schema lacks the class: a mistake at start. */
  constructor(repository: ClassRepository, namespace: string, className: string, rows: readonly CimValues[]) {
    const cimClass = repository.namespace(namespace)?.class(className);
    if (cimClass === undefined) throw new Error(`the schema has no class ${className} in ${namespace}`);
    this.namespace = cimClass.namespace;
    this.className = cimClass.name;
    this.instances = rows.map((values) => new CimInstance(cimClass, values));
    this.#byPath = new Map(this.instances.map((instance) => [pathKey(instance.path() as ObjectPath), instance]));
  }

  enumerate(): Iterable<CimInstance> {
    return this.instances;
  }

  get(_context: OperationContext, path: ObjectPath): CimInstance | undefined {
    return this.#byPath.get(pathKey(path));
  }
}

/** The same for an association class. */
export class RowAssociation extends RowProvider implements AssociationProvider {
  *referencing(
    _context: OperationContext,
    source: ObjectPath,
    _sourceClass: CimClass,
    role: string,
  ): Generator<CimInstance> {
    for (const instance of this.instances) if (samePath(instance.get(role) as ObjectPath, source)) yield instance;
  }
}
