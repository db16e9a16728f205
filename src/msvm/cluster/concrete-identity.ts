import { CimInstance } from '../../cim/instance.ts';
import { sameName } from '../../cim/names.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { OperationContext } from '../../cim/operations.ts';
import { samePath } from '../../cim/path/compare-paths.ts';
import type { AssociationProvider } from '../../cim/provider.ts';
import type { CimClass } from '../../cim/schema.ts';
import type { VirtualSystem } from '../../core/model.ts';
import type { Projection } from '../projection.ts';
import { COMPUTER_SYSTEM, systemPath } from '../v2/systems/computer-system.ts';

const CLASS = 'Msvm_ConcreteIdentity';
const OF_CLUSTER = 'SystemElement';
const OF_NODE = 'SameElement';

/**
 * A machine of the cluster and the same machine in the namespace of its node, where its devices are (object-model §13). The
 * ends are in two namespaces, so that it is no relation of one catalogue.
 */
export class ConcreteIdentity implements AssociationProvider {
  readonly namespace: string;
  readonly className = CLASS;
  readonly crosses = true;
  readonly ends = { [OF_CLUSTER]: [COMPUTER_SYSTEM], [OF_NODE]: [COMPUTER_SYSTEM] };
  readonly #class: CimClass;
  readonly #cluster: Projection;
  readonly #node: Projection;

  /** `node`: root\virtualization\v2. */
  constructor(cluster: Projection, node: Projection) {
    this.namespace = cluster.namespace.name;
    this.#class = cluster.class(CLASS);
    this.#cluster = cluster;
    this.#node = node;
  }

  *enumerate(): Generator<CimInstance> {
    for (const system of this.#cluster.graph.systems()) if (this.#cluster.shows(system)) yield this.#link(system);
  }

  get(_context: OperationContext, path: ObjectPath): CimInstance | undefined {
    const [cluster, node] = [path.key(OF_CLUSTER), path.key(OF_NODE)];
    if (typeof cluster !== 'object' || typeof node !== 'object') return undefined;
    for (const link of this.#of(cluster))
      if (samePath(link.value(OF_CLUSTER) as ObjectPath, cluster) && samePath(link.value(OF_NODE) as ObjectPath, node))
        return link;
    return undefined;
  }

  referencing(
    _context: OperationContext,
    source: ObjectPath,
    _sourceClass: CimClass,
    role: string,
  ): Iterable<CimInstance> {
    const { namespace } = sameName(role, OF_CLUSTER) ? this.#cluster : this.#node;
    return source.namespace !== null && sameName(source.namespace, namespace.name) ? this.#of(source) : [];
  }

  *#of(path: ObjectPath): Generator<CimInstance> {
    const name = path.key('Name');
    const system = typeof name === 'string' ? this.#cluster.graph.system(name.toUpperCase()) : undefined;
    if (system !== undefined && this.#cluster.shows(system)) yield this.#link(system);
  }

  #link({ id }: VirtualSystem): CimInstance {
    return new CimInstance(this.#class, {
      [OF_CLUSTER]: systemPath(this.#cluster, COMPUTER_SYSTEM, id),
      [OF_NODE]: systemPath(this.#node, COMPUTER_SYSTEM, id),
    });
  }
}
