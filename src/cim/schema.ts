import type { CimLiteral, CimType } from './types.ts';

/** The class repository's view of the schema; built from the MOF files, read-only. */
export interface CimProperty {
  /** Repository spelling. */
  readonly name: string;
  readonly type: CimType;
  readonly array: boolean;
  readonly key: boolean;
  /** Class of the reference's target. */
  readonly ref: string | null;
  /** Namespace of the class in `ref` or `embedded`; absent or null: the namespace of the declaring class. */
  readonly targetNamespace?: string | null;
  /** Class of the instance that a string or object carries ([EmbeddedInstance]). */
  readonly embedded: string | null;
  readonly write: boolean;
  readonly units: string | null;
  readonly maxLen: number | null;
  /** Value map: text of the value to its short name. */
  readonly values: Readonly<Record<string, string>> | null;
  readonly default: CimLiteral;
  /** Class that introduces the property. */
  readonly origin: string;
}

export interface CimParameter {
  readonly name: string;
  readonly direction: 'in' | 'out' | 'inout';
  readonly type: CimType;
  readonly array: boolean;
  readonly ref: string | null;
  /** Namespace of the class in `ref` or `embedded`; absent or null: the namespace of the declaring class. */
  readonly targetNamespace?: string | null;
  readonly embedded: string | null;
  readonly optional: boolean;
  readonly values: Readonly<Record<string, string>> | null;
}

export interface CimMethod {
  readonly name: string;
  readonly static: boolean;
  /** The schema itself says that the provider does not support the method. */
  readonly unsupported?: boolean;
  readonly returnType: CimType;
  /** Return codes: number as text to short name. */
  readonly returns: Readonly<Record<string, string>> | null;
  readonly parameters: readonly CimParameter[];
  readonly origin: string;
}

export interface CimClass {
  readonly name: string;
  /** Namespace in repository spelling with backslashes, e.g. `root\virtualization\v2`. */
  readonly namespace: string;
  readonly superclass: CimClass | null;
  readonly abstract: boolean;
  readonly association: boolean;
  readonly indication: boolean;
  readonly singleton: boolean;
  /** A WMI system class (`__...`). */
  readonly system: boolean;
  /** Every property, inherited ones included, in schema order (inherited first). */
  readonly properties: readonly CimProperty[];
  /** The same, sorted by name without regard to case: the order of wire output. */
  readonly sortedProperties: readonly CimProperty[];
  readonly keys: readonly CimProperty[];
  readonly methods: readonly CimMethod[];
  /** Names of the superclasses, nearest first. */
  readonly derivation: readonly string[];
  property(name: string): CimProperty | undefined;
  method(name: string): CimMethod | undefined;
  /** True for the class itself and every superclass, by name in any case. */
  isA(className: string): boolean;
}

export interface SchemaNamespace {
  /** Repository spelling, e.g. `root\HyperVCluster\v2`. */
  readonly name: string;
  classNames(): Iterable<string>;
  class(name: string): CimClass | undefined;
  /** Direct subclasses. */
  subclasses(name: string): readonly CimClass[];
  /** The class and all its descendants; empty when unknown. */
  family(name: string): readonly CimClass[];
}

export interface ClassRepository {
  readonly namespaces: readonly SchemaNamespace[];
  /** By name with `/` or `\`, in any case. */
  namespace(name: string): SchemaNamespace | undefined;
}
