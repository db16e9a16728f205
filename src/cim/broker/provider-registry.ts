import { fold, foldNamespace } from '../names.ts';
import type {
  AssociationProvider,
  ChangeSource,
  InstanceProvider,
  MethodImplementation,
  MethodProvider,
} from '../provider.ts';
import type { CimClass, CimProperty, ClassRepository, SchemaNamespace } from '../schema.ts';

export type Provider = InstanceProvider | AssociationProvider | MethodProvider | ChangeSource;

/** One way from an object to its associations: the provider, its class, and the reference that may hold the object. */
export interface AssociationEnd {
  readonly provider: AssociationProvider;
  readonly associationClass: CimClass;
  readonly role: CimProperty;
}

/**
 * Who serves which class. Tables per class are made once and kept, so that no call walks the class tree
 * (a namespace has hundreds of classes, an instance read must not see them).
 */
export class ProviderRegistry {
  readonly #repository: ClassRepository;
  readonly #instances = new Map<string, InstanceProvider>();
  readonly #associations = new Map<string, AssociationProvider[]>();
  readonly #methods = new Map<string, Map<string, MethodImplementation>>();
  readonly #changes = new Map<string, ChangeSource[]>();
  #familyTable = new WeakMap<CimClass, readonly InstanceProvider[]>();
  #endTable = new WeakMap<CimClass, readonly AssociationEnd[]>();

  constructor(repository: ClassRepository) {
    this.#repository = repository;
  }

  /** An object may play several parts. @throws Error when its class is unknown or already served: a mistake at start. */
  register(provider: Provider): void {
    const schema = this.#repository.namespace(provider.namespace);
    if (schema === undefined) throw new Error(`No namespace ${provider.namespace} for a provider.`);
    if ('watch' in provider) push(this.#changes, foldNamespace(schema.name), provider);
    if ('enumerate' in provider) this.#registerInstances(schema, provider);
    if ('methods' in provider) this.#registerMethods(schema, provider);
    this.#familyTable = new WeakMap();
    this.#endTable = new WeakMap();
  }

  #registerInstances(schema: SchemaNamespace, provider: InstanceProvider): void {
    const cimClass = classOf(schema, provider.className);
    const key = classKey(cimClass);
    if (this.#instances.has(key)) throw new Error(`${cimClass.name} in ${schema.name} already has a provider.`);
    this.#instances.set(key, provider);
    if ('referencing' in provider)
      push(this.#associations, foldNamespace(schema.name), provider as AssociationProvider);
  }

  #registerMethods(schema: SchemaNamespace, provider: MethodProvider): void {
    const cimClass = classOf(schema, provider.className);
    const key = classKey(cimClass);
    const table = this.#methods.get(key) ?? new Map<string, MethodImplementation>();
    for (const [name, implementation] of Object.entries(provider.methods)) {
      if (cimClass.method(name) === undefined)
        throw new Error(`${cimClass.name} in ${schema.name} declares no method ${name}.`);
      if (table.has(fold(name))) throw new Error(`${cimClass.name}.${name} in ${schema.name} already has a provider.`);
      table.set(fold(name), implementation);
    }
    this.#methods.set(key, table);
  }

  /** Providers of the class and its descendants. */
  family(schema: SchemaNamespace, cimClass: CimClass): readonly InstanceProvider[] {
    let list = this.#familyTable.get(cimClass);
    if (list === undefined) {
      list = schema.family(cimClass.name).flatMap((c) => this.#instances.get(classKey(c)) ?? []);
      this.#familyTable.set(cimClass, list);
    }
    return list;
  }

  /** The provider of exactly this class. */
  instances(cimClass: CimClass): InstanceProvider | undefined {
    return this.#instances.get(classKey(cimClass));
  }

  /** Every association reference whose declared class fits an object of the class. */
  ends(schema: SchemaNamespace, sourceClass: CimClass): readonly AssociationEnd[] {
    let list = this.#endTable.get(sourceClass);
    if (list === undefined) {
      list = (this.#associations.get(foldNamespace(schema.name)) ?? []).flatMap((provider) => {
        const associationClass = classOf(schema, provider.className);
        return referencesOf(associationClass)
          .filter((role) => fitsRole(provider, role, sourceClass))
          .map((role) => ({ provider, associationClass, role }));
      });
      this.#endTable.set(sourceClass, list);
    }
    return list;
  }

  /** The implementation by the most derived class that has one. */
  method(cimClass: CimClass, name: string): MethodImplementation | undefined {
    for (let c: CimClass | null = cimClass; c !== null; c = c.superclass) {
      const found = this.#methods.get(classKey(c))?.get(fold(name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  changeSources(schema: SchemaNamespace): readonly ChangeSource[] {
    return this.#changes.get(foldNamespace(schema.name)) ?? [];
  }
}

/** What the provider says of its ends wins over the declared class. */
const fitsRole = (provider: AssociationProvider, role: CimProperty, sourceClass: CimClass): boolean => {
  const ends = provider.ends?.[role.name];
  if (ends !== undefined) return ends.some((name) => sourceClass.isA(name));
  return role.ref === null || sourceClass.isA(role.ref);
};

export const referencesOf = (cimClass: CimClass): readonly CimProperty[] =>
  cimClass.properties.filter((p) => p.type === 'reference' && !p.array);

const classKey = (cimClass: CimClass): string => `${foldNamespace(cimClass.namespace)}:${fold(cimClass.name)}`;

function classOf(schema: SchemaNamespace, name: string): CimClass {
  const cimClass = schema.class(name);
  if (cimClass === undefined) throw new Error(`${schema.name} has no class ${name} for a provider.`);
  return cimClass;
}

function push<T>(table: Map<string, T[]>, key: string, item: T): void {
  const list = table.get(key);
  if (list === undefined) table.set(key, [item]);
  else list.push(item);
}
