import { CimError } from '../../../src/cim/errors.ts';
import { CimInstance } from '../../../src/cim/instance.ts';
import type { ObjectPath } from '../../../src/cim/object-path.ts';
import type { OperationContext } from '../../../src/cim/operations.ts';
import { pathKey, samePath } from '../../../src/cim/path/compare-paths.ts';
import type { AssociationProvider, ChangeSource, InstanceChange, InstanceProvider } from '../../../src/cim/provider.ts';
import type { CimClass, ClassRepository } from '../../../src/cim/schema.ts';
import type { CimValues } from '../../../src/cim/values.ts';

export type ChangeSink = Parameters<ChangeSource['watch']>[0];

/** Instances of one class in memory; complete enough to be read, changed and watched. */
export class MemoryProvider implements InstanceProvider {
  readonly namespace: string;
  readonly className: string;
  readonly class: CimClass;
  readonly instances: CimInstance[] = [];
  /** How many instances were handed out by `enumerate`. */
  read = 0;

  constructor(repository: ClassRepository, namespace: string, className: string) {
    const found = repository.namespace(namespace)?.class(className);
    if (found === undefined) throw new Error(`no class ${className} in ${namespace}`);
    this.namespace = namespace;
    this.className = className;
    this.class = found;
  }

  add(values: CimValues): CimInstance {
    const instance = new CimInstance(this.class, values);
    this.instances.push(instance);
    return instance;
  }

  *enumerate(): Generator<CimInstance> {
    for (const instance of this.instances) {
      this.read++;
      yield instance;
    }
  }

  get(_context: OperationContext, path: ObjectPath): CimInstance | undefined {
    const wanted = pathKey(path);
    return this.instances.find((i) => {
      const own = i.path();
      return own !== null && pathKey(own) === wanted;
    });
  }
}

/** As above, and Put, Create and Delete work. */
export class WritableProvider extends MemoryProvider {
  async modify(context: OperationContext, path: ObjectPath, values: CimValues): Promise<CimInstance> {
    const old = this.get(context, path);
    if (old === undefined) throw new CimError('notFound', 'gone');
    const changed = old.with(values);
    this.instances[this.instances.indexOf(old)] = changed;
    return changed;
  }

  async create(_context: OperationContext, instance: CimInstance): Promise<ObjectPath> {
    const path = instance.path();
    if (path === null) throw new CimError('invalidParameter', 'InstanceID is required.', { subject: 'InstanceID' });
    if (this.get(_context, path) !== undefined)
      throw new CimError('alreadyExists', 'There is such an instance already.');
    this.instances.push(instance);
    return path;
  }

  async remove(context: OperationContext, path: ObjectPath): Promise<void> {
    const old = this.get(context, path);
    if (old !== undefined) this.instances.splice(this.instances.indexOf(old), 1);
  }
}

export class MemoryAssociation extends MemoryProvider implements AssociationProvider {
  *referencing(
    _context: OperationContext,
    source: ObjectPath,
    _sourceClass: CimClass,
    role: string,
  ): Generator<CimInstance> {
    for (const instance of this.instances) {
      const end = instance.get(role);
      if (end !== null && samePath(end as ObjectPath, source)) yield instance;
    }
  }
}

/** Changes that a test announces. */
export class MemoryChanges implements ChangeSource {
  readonly namespace: string;
  readonly #sinks = new Set<ChangeSink>();
  constructor(namespace: string) {
    this.namespace = namespace;
  }

  watch(sink: ChangeSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }

  get watchers(): number {
    return this.#sinks.size;
  }

  change(change: InstanceChange): void {
    for (const sink of this.#sinks) sink.change(change);
  }

  event(event: CimInstance): void {
    for (const sink of this.#sinks) sink.event(event);
  }
}
