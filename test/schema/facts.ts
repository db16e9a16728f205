import { readFileSync } from 'node:fs';

/** The fact files as they are (see facts/README.md). */
export interface FactFile {
  readonly namespace?: string;
  readonly namespaces?: readonly string[];
  readonly queryPseudoClasses?: Readonly<Record<string, unknown>>;
  readonly classes: readonly ClassFact[];
}

export interface ClassFact {
  readonly name: string;
  /** cimv2-subset only; `*`: every namespace. */
  readonly namespace?: string;
  readonly superclass: string | null;
  readonly abstract: boolean;
  readonly association: boolean;
  readonly indication: boolean;
  readonly singleton?: true;
  readonly system?: true;
  readonly only?: readonly string[];
  readonly minServer?: string;
  readonly src?: string;
  readonly properties: readonly PropertyFact[];
  readonly methods: readonly MethodFact[];
}

interface ElementFact {
  readonly name: string;
  readonly type: string;
  readonly array?: true;
  readonly ref?: string;
  readonly refNs?: string;
  readonly embedded?: string;
  readonly values?: Readonly<Record<string, string>>;
}

export interface PropertyFact extends ElementFact {
  readonly key?: true;
  readonly write?: true;
  readonly units?: string;
  readonly maxLen?: number;
  readonly default?: DefaultFact | readonly DefaultFact[];
  readonly override?: true;
  readonly typeAssumed?: true;
  readonly only?: readonly string[];
  readonly src?: string;
}

/** Integers are `bigint`, so that 18446744073709551615 is what it says. */
export type DefaultFact = string | boolean | bigint;

export interface ParameterFact extends ElementFact {
  readonly dir: 'in' | 'out' | 'inout';
  readonly optional?: true;
  readonly embeddedAssumed?: true;
}

export interface MethodFact {
  readonly name: string;
  readonly static?: true;
  readonly override?: true;
  readonly unsupported?: true;
  readonly inheritSignature?: true;
  readonly signatureUnknown?: true;
  readonly orderAssumed?: true;
  readonly minServer?: string;
  readonly only?: readonly string[];
  readonly src?: string;
  readonly returnType?: string;
  readonly params?: readonly ParameterFact[];
  readonly returns?: Readonly<Record<string, string>>;
}

const read = (name: string): FactFile =>
  JSON.parse(readFileSync(new URL(`facts/${name}.json`, import.meta.url), 'utf8'), readInteger) as FactFile;

/** Defaults may need 64 bits; every other number in the files is small. */
const readInteger = (key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' && context?.source !== undefined && key !== 'maxLen' ? BigInt(context.source) : value;

const v2 = read('virtualization-v2').classes;
const host = read('cimv2-subset');
const everywhere = host.classes.filter((one) => one.namespace === '*');

/**
 * The classes of security descriptors: system classes too, since `__NTLMUser9X` (`*`) derives from one of them.
 * cimv2-subset lists them for `root\\cimv2` as seen on a system only; virtualization-v2 knows their page as well, so
 * its statement holds in every namespace. `HOST_SECURITY` is the weaker one.
 */
export const HOST_SECURITY: readonly ClassFact[] = host.classes.filter(
  (one) => one.name.startsWith('__') && one.namespace !== '*',
);
const security = v2.filter((one) => HOST_SECURITY.some(({ name }) => name === one.name));

const inHostNamespace = (namespace: string): readonly ClassFact[] => [
  ...everywhere,
  ...security,
  ...host.classes.filter((one) => one.namespace === namespace && !HOST_SECURITY.includes(one)),
];

/** Every namespace and the facts of its classes. */
export const FACTS: readonly { readonly namespace: string; readonly classes: readonly ClassFact[] }[] = [
  { namespace: 'root\\virtualization\\v2', classes: v2 },
  { namespace: 'root\\virtualization', classes: read('virtualization').classes },
  { namespace: 'root\\HyperVCluster\\v2', classes: read('hypervcluster-v2').classes },
  { namespace: 'root\\cimv2', classes: inHostNamespace('root\\cimv2') },
  { namespace: 'root\\interop', classes: inHostNamespace('root\\interop') },
];

export const QUERY_PSEUDO_CLASSES: readonly string[] = Object.keys(host.queryPseudoClasses ?? {});
