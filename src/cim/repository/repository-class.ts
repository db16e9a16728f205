import { fold } from '../names.ts';
import type { CimClass, CimMethod, CimProperty } from '../schema.ts';
import { CLASS_FLAG, type ClassRecord, type RepositoryFile } from './format.ts';
import { resolveMembers, type ClassMembers } from './members.ts';

/** A class of the loaded repository; its properties and methods are resolved when first asked for. */
export class RepositoryClass implements CimClass {
  readonly name: string;
  readonly namespace: string;
  readonly superclass: RepositoryClass | null;
  readonly abstract: boolean;
  readonly association: boolean;
  readonly indication: boolean;
  readonly singleton: boolean;
  readonly system: boolean;
  readonly derivation: readonly string[];
  readonly #record: ClassRecord;
  readonly #file: RepositoryFile;
  /** The class and its superclasses, folded. */
  readonly #lineage: ReadonlySet<string>;
  #members: ClassMembers | null = null;

  constructor(record: ClassRecord, namespace: string, superclass: RepositoryClass | null, file: RepositoryFile) {
    const [name, , flags] = record;
    this.name = name;
    this.namespace = namespace;
    this.superclass = superclass;
    this.abstract = (flags & CLASS_FLAG.abstract) !== 0;
    this.association = (flags & CLASS_FLAG.association) !== 0;
    this.indication = (flags & CLASS_FLAG.indication) !== 0;
    this.singleton = (flags & CLASS_FLAG.singleton) !== 0;
    this.system = (flags & CLASS_FLAG.system) !== 0;
    this.derivation = superclass === null ? [] : [superclass.name, ...superclass.derivation];
    this.#record = record;
    this.#file = file;
    this.#lineage = new Set([name, ...this.derivation].map(fold));
  }

  get properties(): readonly CimProperty[] {
    return this.#resolved().properties;
  }

  get sortedProperties(): readonly CimProperty[] {
    return this.#resolved().sortedProperties;
  }

  get keys(): readonly CimProperty[] {
    return this.#resolved().keys;
  }

  get methods(): readonly CimMethod[] {
    return this.#resolved().methods;
  }

  property(name: string): CimProperty | undefined {
    const members = this.#resolved().propertyByName;
    return members.get(name) ?? members.get(fold(name));
  }

  method(name: string): CimMethod | undefined {
    const members = this.#resolved().methodByName;
    return members.get(name) ?? members.get(fold(name));
  }

  isA(className: string): boolean {
    return className === this.name || this.#lineage.has(fold(className));
  }

  #resolved(): ClassMembers {
    if (this.#members === null) {
      const inherited = this.superclass === null ? null : this.superclass.#resolved();
      this.#members = resolveMembers(this.#record, inherited, this.#file.valueMaps);
    }
    return this.#members;
  }
}
