import { CimError } from '../errors.ts';
import { fold, foldNamespace } from '../names.ts';
import type {
  CimBroker,
  CimOperation,
  InstanceResult,
  MethodResult,
  Operation,
  OperationContext,
  OperationKind,
  OperationResults,
  Subscription,
} from '../operations.ts';
import { compileEventQuery } from '../indications/event-query.ts';
import { EventHub } from '../indications/event-hub.ts';
import { type EventTimers, systemTimers } from '../indications/timers.ts';
import type { ObjectPath } from '../object-path.ts';
import type { ClassRepository, SchemaNamespace } from '../schema.ts';
import type { WqlEnvironment } from '../wql/environment.ts';
import { Associations, checkFilterClasses } from './associations.ts';
import { createInstance, deleteInstance, modifyInstance } from './change-instance.ts';
import { enumerateClasses } from './class-operations.ts';
import { enumerateInstances } from './enumerate-instances.ts';
import { executeQuery } from './execute-query.ts';
import { getInstance } from './find-instance.ts';
import { invokeMethod, type MethodFallback, requireClass } from './invoke-method.ts';
import { type Provider, ProviderRegistry } from './provider-registry.ts';

/** What is authorised: an operation, or the start of a subscription. */
export type CimRequest =
  | CimOperation
  | { readonly kind: 'subscribe'; readonly namespace: string; readonly query: string };

/** How a request ended, for the audit trail. */
export interface Outcome {
  readonly error: unknown;
  /** Of a method that was not refused with an error; null otherwise. */
  readonly answer: MethodResult | null;
  /** Milliseconds. */
  readonly duration: number;
}

export interface BrokerOptions {
  readonly repository: ClassRepository;
  /** NetBIOS-style name of this host. */
  readonly hostName: string;
  /**
   * Properties of type string (or string array) that hold object paths and compare as such in WQL (decision K6).
   * Data, because this layer knows no Hyper-V.
   */
  readonly pathProperties?: readonly string[];
  /** @throws CimError accessDenied */
  readonly authorize?: (context: OperationContext, request: CimRequest) => void;
  /**
   * Called after every operation that may change something, and for any that was not allowed. It is answered when this has
   * resolved; must neither throw nor reject.
   */
  readonly audit?: (context: OperationContext, request: CimRequest, outcome: Outcome) => void | Promise<void>;
  readonly methodFallback?: MethodFallback;
  /** Unread events that a subscription keeps before it drops the oldest. */
  readonly eventQueueLimit?: number;
  /** Time for subscriptions; the system's when absent. */
  readonly timers?: EventTimers;
}

export const createBroker = (options: BrokerOptions): Broker => new Broker(options);

const CHANGES: ReadonlySet<string> = new Set(['createInstance', 'modifyInstance', 'deleteInstance', 'invokeMethod']);

type Handlers = {
  readonly [K in OperationKind]: (context: OperationContext, operation: Operation<K>) => Promise<OperationResults[K]>;
};

/** Checks every operation against the schema and routes it to providers. */
export class Broker implements CimBroker {
  readonly repository: ClassRepository;
  readonly hostName: string;
  readonly #options: BrokerOptions;
  readonly #registry: ProviderRegistry;
  readonly #pathProperties: ReadonlySet<string>;
  readonly #hubs = new Map<string, EventHub>();
  readonly #handlers: Handlers;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.repository = options.repository;
    this.hostName = options.hostName;
    this.#registry = new ProviderRegistry(options.repository);
    this.#pathProperties = new Set((options.pathProperties ?? []).map(fold));
    this.#handlers = this.#makeHandlers();
  }

  /** @throws Error for a provider that does not fit the schema, or a class that already has one. */
  register(...providers: readonly Provider[]): void {
    for (const provider of providers) this.#registry.register(provider);
  }

  async execute<K extends OperationKind>(
    context: OperationContext,
    operation: Operation<K>,
  ): Promise<OperationResults[K]> {
    const request = operation as CimOperation;
    const start = performance.now();
    await this.#authorized(context, request);
    if (!CHANGES.has(request.kind)) return this.#handlers[operation.kind](context, operation);
    const tell = async (error: unknown, answer: MethodResult | null): Promise<void> =>
      this.#options.audit?.(context, request, { error, answer, duration: performance.now() - start });
    let result: OperationResults[K];
    try {
      result = await this.#handlers[operation.kind](context, operation);
    } catch (error) {
      await tell(error, null);
      throw error;
    }
    if (request.kind !== 'invokeMethod') {
      await tell(null, null);
      return result;
    }
    // Said by the provider to us alone.
    const { changesNothing, ...answer } = result as MethodResult;
    if (changesNothing !== true) await tell(null, answer);
    return answer as OperationResults[K];
  }

  async #authorized(context: OperationContext, request: CimRequest): Promise<void> {
    try {
      this.#options.authorize?.(context, request);
    } catch (error) {
      await this.#options.audit?.(context, request, { error, answer: null, duration: 0 });
      throw error;
    }
  }

  subscribe(context: OperationContext, namespace: string, query: string): Subscription {
    const request = { kind: 'subscribe', namespace, query } as const;
    try {
      this.#options.authorize?.(context, request);
    } catch (error) {
      // A refusal: nobody waits for its record.
      void this.#options.audit?.(context, request, { error, answer: null, duration: 0 });
      throw error;
    }
    const schema = this.#schema(namespace);
    const compiled = compileEventQuery(query, { ...this.#environment(schema), events: true });
    let hub = this.#hubs.get(schema.name);
    if (hub === undefined) {
      hub = new EventHub(schema, this.#options.timers ?? systemTimers, this.#options.eventQueueLimit);
      this.#hubs.set(schema.name, hub);
    }
    return hub.subscribe(compiled, this.#registry.changeSources(schema));
  }

  /** A namespace in the path wins over the operation's: a front end passes paths as clients wrote them. */
  #schema(namespace: string, path?: ObjectPath): SchemaNamespace {
    const name = path?.namespace ?? namespace;
    const schema = this.repository.namespace(name);
    if (schema === undefined) {
      throw new CimError('invalidNamespace', `There is no namespace ${foldNamespace(name)}.`, { subject: name });
    }
    return schema;
  }

  #traverse(context: OperationContext, op: Operation<'associators'> | Operation<'references'>): InstanceResult {
    const associations = new Associations(this.#registry, this.repository, context);
    const schema = this.#schema(op.namespace, op.source);
    const source = associations.source(schema, op.source, this.#schema(op.namespace));
    checkFilterClasses(source, op.filter);
    return { items: associations[op.kind](source, op.filter), columns: null };
  }

  #environment(schema: SchemaNamespace): WqlEnvironment {
    return { schema, hostName: this.hostName, pathProperties: this.#pathProperties, events: false };
  }

  #makeHandlers(): Handlers {
    const registry = this.#registry;
    return {
      getInstance: async (context, op) =>
        getInstance(registry, context, this.#schema(op.namespace, op.path), op.path).instance,
      enumerateInstances: async (context, op) => {
        const schema = this.#schema(op.namespace);
        return enumerateInstances(registry, context, schema, requireClass(schema, op.className), op.deep);
      },
      execQuery: async (context, op) =>
        executeQuery(registry, this.repository, context, this.#environment(this.#schema(op.namespace)), op),
      associators: async (context, op) => this.#traverse(context, op),
      references: async (context, op) => this.#traverse(context, op),
      createInstance: async (context, op) => createInstance(registry, context, this.#schema(op.namespace), op),
      modifyInstance: async (context, op) => modifyInstance(registry, context, this.#schema(op.namespace, op.path), op),
      deleteInstance: async (context, op) => deleteInstance(registry, context, this.#schema(op.namespace, op.path), op),
      invokeMethod: async (context, op) =>
        invokeMethod(registry, this.#options.methodFallback, context, this.#schema(op.namespace, op.path), op),
      getClass: async (_context, op) => requireClass(this.#schema(op.namespace), op.className),
      enumerateClasses: async (_context, op) => enumerateClasses(this.#schema(op.namespace), op.className, op.deep),
    };
  }
}
