import { fold } from '../names.ts';
import type { CimClass, SchemaNamespace } from '../schema.ts';
import type { ClassRecord, NamespaceRecord, RepositoryFile } from './format.ts';
import { RepositoryClass } from './repository-class.ts';

/** One namespace of the loaded repository; class objects are made when first asked for, then kept. */
export class RepositoryNamespace implements SchemaNamespace {
  readonly name: string;
  readonly #file: RepositoryFile;
  /** By folded name, in the order of the MOF files. */
  readonly #records = new Map<string, ClassRecord>();
  /** By repository spelling and by folded name. */
  readonly #classes = new Map<string, RepositoryClass>();
  readonly #families = new Map<string, readonly CimClass[]>();
  #children: ReadonlyMap<string, readonly CimClass[]> | null = null;

  constructor(record: NamespaceRecord, file: RepositoryFile) {
    this.name = record.name;
    this.#file = file;
    for (const place of record.classes) {
      const classRecord = file.classes[place];
      if (classRecord !== undefined) this.#records.set(fold(classRecord[0]), classRecord);
    }
  }

  *classNames(): Iterable<string> {
    for (const [name] of this.#records.values()) yield name;
  }

  class(name: string): RepositoryClass | undefined {
    return this.#classes.get(name) ?? this.#class(fold(name));
  }

  subclasses(name: string): readonly CimClass[] {
    return this.#subclassesByName().get(fold(name)) ?? [];
  }

  family(name: string): readonly CimClass[] {
    const key = fold(name);
    const known = this.#families.get(key);
    if (known !== undefined) return known;
    const root = this.#class(key);
    if (root === undefined) return [];
    const family = [root, ...this.subclasses(key).flatMap((child) => this.family(child.name))];
    this.#families.set(key, family);
    return family;
  }

  #class(key: string): RepositoryClass | undefined {
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const record = this.#records.get(key);
    if (record === undefined) return undefined;
    const superclass = record[1] === null ? null : (this.class(record[1]) ?? null);
    const made = new RepositoryClass(record, this.name, superclass, this.#file);
    this.#classes.set(key, made);
    this.#classes.set(record[0], made);
    return made;
  }

  #subclassesByName(): ReadonlyMap<string, readonly CimClass[]> {
    if (this.#children !== null) return this.#children;
    const children = new Map<string, CimClass[]>();
    for (const [key, [, superclass]] of this.#records) {
      const child = this.#class(key);
      if (superclass === null || child === undefined) continue;
      const siblings = children.get(fold(superclass));
      if (siblings === undefined) children.set(fold(superclass), [child]);
      else siblings.push(child);
    }
    this.#children = children;
    return children;
  }
}
