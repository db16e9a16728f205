import type { CimInstance } from './instance.ts';
import type { ObjectPath } from './object-path.ts';
import type { CimClass, ClassRepository } from './schema.ts';
import type { CimValue, CimValues } from './values.ts';

/** Who asks, until when, and under which request id. First parameter everywhere below a front end. */
export interface OperationContext {
  readonly caller: Caller;
  readonly requestId: string;
  /** `wsman`, `cimxml`, `rest`, `internal`. */
  readonly protocol: string;
  /** Aborts when the client goes away or its time is over. */
  readonly signal: AbortSignal;
  /** Most values of an array that the reply holds: a method that would make more refuses before it does. Missing: any. */
  readonly maxOutputValues?: number;
}

export interface Caller {
  /** `HOST\user`. */
  readonly name: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
  /** Network address of the client; 'local' for the service itself. */
  readonly address: string;
}

/** Limits an association traversal (spec wql §5); null means "any". Class and role names in any case. */
export interface AssociationFilter {
  readonly associationClass: string | null;
  readonly resultClass: string | null;
  readonly role: string | null;
  readonly resultRole: string | null;
}

/** The closed union that front ends hand to the broker. Adding a kind breaks the build wherever it must be thought about. */
export type CimOperation =
  /** Keys may be a subset when exactly one instance matches (spec wire-wsman §5.2); `keys` empty means the only instance. */
  | { readonly kind: 'getInstance'; readonly namespace: string; readonly path: ObjectPath }
  | {
      readonly kind: 'enumerateInstances';
      readonly namespace: string;
      readonly className: string;
      readonly deep: boolean;
    }
  | { readonly kind: 'execQuery'; readonly namespace: string; readonly language: string; readonly query: string }
  | {
      readonly kind: 'associators';
      readonly namespace: string;
      readonly source: ObjectPath;
      readonly filter: AssociationFilter;
    }
  | {
      readonly kind: 'references';
      readonly namespace: string;
      readonly source: ObjectPath;
      readonly filter: AssociationFilter;
    }
  | { readonly kind: 'createInstance'; readonly namespace: string; readonly instance: CimInstance }
  /** Only the properties in `values` are changed. */
  | {
      readonly kind: 'modifyInstance';
      readonly namespace: string;
      readonly path: ObjectPath;
      readonly values: CimValues;
    }
  | { readonly kind: 'deleteInstance'; readonly namespace: string; readonly path: ObjectPath }
  /** `args` by parameter name in repository spelling, already typed; a missing entry means not given. */
  | {
      readonly kind: 'invokeMethod';
      readonly namespace: string;
      readonly path: ObjectPath;
      readonly method: string;
      readonly args: CimValues;
    }
  | { readonly kind: 'getClass'; readonly namespace: string; readonly className: string }
  | {
      readonly kind: 'enumerateClasses';
      readonly namespace: string;
      /** null: from the roots. */
      readonly className: string | null;
      readonly deep: boolean;
    };

export type OperationKind = CimOperation['kind'];
export type Operation<K extends OperationKind> = Extract<CimOperation, { kind: K }>;

/** Items are pulled lazily; `columns` is the projection of `SELECT a, b` in repository spelling, null for `*`. */
export interface InstanceResult {
  readonly items: Iterable<CimInstance> | AsyncIterable<CimInstance>;
  readonly columns: readonly string[] | null;
}

/** What schema queries and ClassDefsOnly yield instead of instances. */
export interface ClassResult {
  readonly classes: readonly CimClass[];
}

export interface MethodResult {
  readonly returnValue: CimValue;
  /** Out parameters by name in repository spelling. */
  readonly out: CimValues;
  /** An Msvm_Error that says why `returnValue` is a refusal, for transports that can carry it. */
  readonly extended?: CimInstance;
  /** The method only reads, whatever it answered: there is nothing for the audit trail. */
  readonly changesNothing?: true;
}

export interface OperationResults {
  getInstance: CimInstance;
  enumerateInstances: InstanceResult;
  execQuery: InstanceResult | ClassResult;
  associators: InstanceResult;
  references: InstanceResult;
  createInstance: ObjectPath;
  modifyInstance: CimInstance;
  deleteInstance: undefined;
  invokeMethod: MethodResult;
  getClass: CimClass;
  enumerateClasses: ClassResult;
}

/** A live event subscription: event objects (`__InstanceModificationEvent`, `Msvm_StorageAlert`, ...) until closed. */
export interface Subscription {
  /** Waits for the next events, at most `max`; [] when `signal` aborts or `timeoutMs` passes first. */
  next(max: number, timeoutMs: number, signal?: AbortSignal): Promise<readonly CimInstance[]>;
  /** Events lost since the last call because the consumer was too slow. */
  dropped(): number;
  close(): void;
}

/** The only thing front ends know of the system. */
export interface CimBroker {
  readonly repository: ClassRepository;
  /** NetBIOS-style name of this host, used in `\\HOST\...` paths. */
  readonly hostName: string;
  /** @throws CimError */
  execute<K extends OperationKind>(context: OperationContext, operation: Operation<K>): Promise<OperationResults[K]>;
  /** Start an event subscription. @throws CimError */
  subscribe(context: OperationContext, namespace: string, query: string): Subscription;
}
