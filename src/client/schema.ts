import type { Cimv2Classes, Cimv2Methods } from './generated/cimv2.ts';
import type { ClusterClasses, ClusterMethods } from './generated/cluster.ts';
import type { InteropClasses, InteropMethods } from './generated/interop.ts';
import type { V1Classes, V1Methods } from './generated/v1.ts';
import type { V2Classes, V2Methods } from './generated/v2.ts';
import type { Reference, WireObject } from './object.ts';

/** What the namespaces hold, from the MOF files under schema/. A namespace that is not here is not checked. */
interface Namespaces {
  'root\\virtualization': { classes: V1Classes; methods: V1Methods };
  'root\\virtualization\\v2': { classes: V2Classes; methods: V2Methods };
  'root\\HyperVCluster\\v2': { classes: ClusterClasses; methods: ClusterMethods };
  'root\\cimv2': { classes: Cimv2Classes; methods: Cimv2Methods };
  'root\\interop': { classes: InteropClasses; methods: InteropMethods };
}

/** The namespace of a client that names none. */
export type DefaultNamespace = 'root\\virtualization\\v2';

export type ClassesOf<N extends string> = N extends keyof Namespaces ? Namespaces[N]['classes'] : never;
type MethodsOf<N extends string> = N extends keyof Namespaces ? Namespaces[N]['methods'] : never;

/** Classes of jobs: a method may answer with any. */
export type JobClass = Extract<keyof V2Classes, `Msvm_${string}Job`>;

/** WMI has them on every object. */
type SystemProperty = '__CLASS' | '__PATH' | '__RELPATH' | '__NAMESPACE' | '__SERVER' | '__DERIVATION' | '__SUPERCLASS';

/**
 * Names of the properties of a class, of each where there are several. A name that is only known when the program runs may
 * be that of any class, and so may be the properties.
 */
export type PropertyOf<N extends string, C extends string> = string extends N | C
  ? string
  : C extends keyof ClassesOf<N>
    ? (keyof ClassesOf<N>[C] & string) | SystemProperty
    : N extends keyof Namespaces
      ? never
      : string;

/** The class that a query asks for. */
type QueriedClass<Q extends string> = Q extends `${string}ResultClass = ${infer C}`
  ? FirstWord<C>
  : Q extends `SELECT ${string} FROM ${infer C}`
    ? FirstWord<C>
    : string;

type FirstWord<T extends string> = T extends `${infer Word} ${string}` ? Word : T extends `${infer Word}}` ? Word : T;

export type QueriedProperty<N extends string, Q extends string> = PropertyOf<N, QueriedClass<Q>>;

/** What may be written for a value that is held as `T`. */
type Input<T> = T extends readonly (infer E)[]
  ? readonly Input<E>[]
  : T extends bigint
    ? number | bigint
    : T extends number
      ? number | bigint
      : T extends Reference | WireObject
        ? string
        : T;

/** Values of an instance of a class of the namespace, by property; a reference is an object path as text. */
export type Settings<C extends keyof ClassesOf<N>, N extends string = DefaultNamespace> = {
  readonly [P in keyof ClassesOf<N>[C]]?: Input<NonNullable<ClassesOf<N>[C][P]>>;
};

/** An object of a class that is known beforehand. */
export type ObjectOf<C extends ClassName> = WireObject<PropertyOf<DefaultNamespace, C>>;

/** `V`, which has no property that `T` does not have; those that were spread into it count too. */
export type Exact<T, V> = V & { readonly [P in Exclude<keyof V, keyof T>]: never };

/** Classes whose instances can be written as text. */
export type ClassName<N extends string = DefaultNamespace> = keyof ClassesOf<N> & string;

/** Names of the methods that a class has; any where only the running program knows the class. */
export type MethodOf<N extends string, C extends string> = string extends N | C
  ? string
  : C extends keyof MethodsOf<N>
    ? keyof MethodsOf<N>[C] & string
    : N extends keyof Namespaces
      ? never
      : string;

type Parameter<N extends string, C extends string, M extends string, Side extends 'in' | 'out'> = string extends
  | N
  | C
  | M
  ? string
  : C extends keyof MethodsOf<N>
    ? M extends keyof MethodsOf<N>[C]
      ? MethodsOf<N>[C][M] extends Record<Side, infer P>
        ? keyof P & string
        : never
      : never
    : string;

export type InputOf<N extends string, C extends string, M extends string> = Parameter<N, C, M, 'in'>;
export type OutputOf<N extends string, C extends string, M extends string> = Parameter<N, C, M, 'out'> | 'ReturnValue';
