import type { CimInstance } from './instance.ts';
import type { ObjectPath } from './object-path.ts';
import type { MethodResult, OperationContext } from './operations.ts';
import type { CimClass } from './schema.ts';
import type { CimValues } from './values.ts';

/**
 * Yields the instances of ONE class (never its subclasses). Reads are synchronous over the live graph in memory:
 * no disk, no waiting (architecture, habit 13).
 */
export interface InstanceProvider {
  readonly namespace: string;
  readonly className: string;
  enumerate(context: OperationContext): Iterable<CimInstance>;
  /** By complete keys, in any case. Must not visit all instances. */
  get(context: OperationContext, path: ObjectPath): CimInstance | undefined;
  /**
   * Index look-up: candidates for `property = value` ('equal'), `property LIKE 'value%'` ('prefix') or
   * `property LIKE '%value'` ('suffix'), or undefined when the provider has no index for it. May yield too much (the caller filters), never too little.
   * `value` is the constant of the query, folded to lower case. Constants have two readings, and a property that holds
   * object paths is asked for by `pathKey` and by text, so one query may ask several times.
   */
  candidates?(
    context: OperationContext,
    property: string,
    match: 'equal' | 'prefix' | 'suffix',
    value: string,
  ): Iterable<CimInstance> | undefined;
  modify?(context: OperationContext, path: ObjectPath, values: CimValues): Promise<CimInstance>;
  create?(context: OperationContext, instance: CimInstance): Promise<ObjectPath>;
  remove?(context: OperationContext, path: ObjectPath): Promise<void>;
}

/** An association class: can list its instances that touch one object without visiting the others. */
export interface AssociationProvider extends InstanceProvider {
  /**
   * Classes whose objects stand in a role, by role name in repository spelling, where they are other than the class that
   * the schema declares: hosts put devices, pools and switches into Msvm_SettingsDefineState, whose schema says
   * Msvm_ComputerSystem (object-model §2).
   */
  readonly ends?: Readonly<Record<string, readonly string[]>>;
  /** Its ends lie in several namespaces: it is asked about objects of the others too, from its own. */
  readonly crosses?: true;
  /**
   * Association instances whose reference property `role` denotes `source`. `source` is normalised: repository
   * spelling of class and key names, no host. Called only for roles whose class (`ends`, else the declared one) fits `source`.
   */
  referencing(
    context: OperationContext,
    source: ObjectPath,
    sourceClass: CimClass,
    role: string,
  ): Iterable<CimInstance>;
}

/** Methods of one class; the broker dispatches to the most derived class that has a provider for the method. */
export interface MethodProvider {
  readonly namespace: string;
  readonly className: string;
  readonly methods: Readonly<Record<string, MethodImplementation>>;
  /** Those of them that always answer "not supported", with the reason: what a document may tell of them. */
  readonly refusals?: Readonly<Record<string, string>>;
}

/** `path` is complete and normalised, the instance exists. `args` are typed by the method's schema. */
export type MethodImplementation = (
  context: OperationContext,
  path: ObjectPath,
  args: CimValues,
) => Promise<MethodResult>;

/** An edge that the event engine filters and delivers: `previous` null = creation, `current` null = deletion. */
export interface InstanceChange {
  readonly previous: CimInstance | null;
  readonly current: CimInstance | null;
}

/**
 * Feeds indications. `watch` is called once per namespace that has subscribers; `wanted` tells which classes anybody
 * listens to, so that a provider translates only those.
 */
export interface ChangeSource {
  readonly namespace: string;
  watch(
    sink: { change(change: InstanceChange): void; event(event: CimInstance): void },
    wanted: (className: string) => boolean,
  ): () => void;
}
