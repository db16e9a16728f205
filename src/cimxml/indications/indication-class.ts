import { CimError } from '../../cim/errors.ts';
import { CimInstance } from '../../cim/instance.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import type { OperationContext } from '../../cim/operations.ts';
import { pathKey, samePath } from '../../cim/path/compare-paths.ts';
import { normalizePath } from '../../cim/path/normalize-path.ts';
import type { AssociationProvider } from '../../cim/provider.ts';
import type { CimClass, SchemaNamespace } from '../../cim/schema.ts';
import type { CimValues } from '../../cim/values.ts';
import { fromRecord, type IndicationRecord, type IndicationStorage, toRecord } from './records.ts';

/** What makes one class of the Event schema special. */
export interface IndicationRules {
  /** The instance as it is kept. @throws CimError when it may not be made so */
  check(instance: CimInstance): Promise<CimInstance> | CimInstance;
  /** What may have changed since `check`, which may take its time. @throws CimError */
  checkStill?(instance: CimInstance, owner: string): void;
  /** @throws CimError when it may not go yet */
  checkRemoval?(instance: CimInstance): void;
  /** After it is stored, made or changed. */
  stored?(instance: CimInstance, owner: string): void;
  removed?(instance: CimInstance): void;
  /** Properties that clients may change later. */
  readonly changeable: readonly string[];
}

/** One change after the other: each is judged by what the one before it has left. */
export type InTurn = <T>(change: () => Promise<T>) => Promise<T>;

/** Most instances of one class: subscriptions are for management stations, not for crowds. */
const MAX_INSTANCES = 256;

/** Instances of one class that clients make, change and delete; kept by the storage. */
export class IndicationClass implements AssociationProvider {
  readonly namespace: string;
  readonly className: string;
  readonly #class: CimClass;
  readonly #schema: SchemaNamespace;
  readonly #storage: IndicationStorage;
  readonly #rules: IndicationRules;
  readonly #inTurn: InTurn;
  readonly #instances = new Map<string, { readonly instance: CimInstance; readonly owner: string }>();

  constructor(
    schema: SchemaNamespace,
    className: string,
    { storage, inTurn }: { readonly storage: IndicationStorage; readonly inTurn: InTurn },
    rules: IndicationRules,
  ) {
    const cimClass = schema.class(className);
    if (cimClass === undefined) throw new Error(`the schema has no class ${className}`);
    this.namespace = schema.name;
    this.className = cimClass.name;
    this.#class = cimClass;
    this.#schema = schema;
    this.#storage = storage;
    this.#inTurn = inTurn;
    this.#rules = rules;
  }

  /** Take up what was stored by an earlier run. */
  restore(records: readonly IndicationRecord[]): void {
    for (const record of records) {
      if (record.className !== this.className) continue;
      const instance = fromRecord(this.#class, record);
      this.#instances.set(record.key, { instance, owner: record.owner });
      this.#rules.stored?.(instance, record.owner);
    }
  }

  *enumerate(): Generator<CimInstance> {
    for (const { instance } of this.#instances.values()) yield instance;
  }

  /** With the accounts that made them. */
  owned(): readonly { readonly instance: CimInstance; readonly owner: string }[] {
    return [...this.#instances.values()];
  }

  get(_context: OperationContext, path: ObjectPath): CimInstance | undefined {
    return this.find(path);
  }

  /** By a path of any spelling. */
  find(path: ObjectPath): CimInstance | undefined {
    return this.#instances.get(keyOf(normalizePath(path, this.#schema)))?.instance;
  }

  *referencing(
    _context: OperationContext,
    source: ObjectPath,
    _sourceClass: CimClass,
    role: string,
  ): Generator<CimInstance> {
    for (const { instance } of this.#instances.values()) {
      const end = instance.get(role);
      if (end instanceof ObjectPath && samePath(end, source)) yield instance;
    }
  }

  async create({ caller }: OperationContext, given: CimInstance): Promise<ObjectPath> {
    const instance = await this.#rules.check(given);
    const path = instance.path();
    if (path === null)
      throw new CimError('invalidParameter', `Give all keys: ${this.#class.keys.map((k) => k.name).join(', ')}.`);
    const key = keyOf(path);
    return this.#inTurn(async () => {
      if (this.#instances.size >= MAX_INSTANCES)
        throw new CimError(
          'quotaExceeded',
          `There are ${MAX_INSTANCES} instances of ${this.className}; delete some first.`,
        );
      if (this.#instances.has(key)) throw new CimError('alreadyExists', `There is such a ${this.className} already.`);
      this.#rules.checkStill?.(instance, caller.name);
      await this.#keep(key, instance, caller.name);
      return path;
    });
  }

  modify({ caller }: OperationContext, path: ObjectPath, values: CimValues): Promise<CimInstance> {
    return this.#inTurn(async () => {
      const key = keyOf(path);
      const old = this.#instances.get(key);
      if (old === undefined) throw new CimError('notFound', `There is no such ${this.className}.`);
      const names = Object.keys(values);
      for (const name of names) {
        if (this.#rules.changeable.includes(name)) continue;
        throw new CimError('notSupported', `${name} of ${this.className} cannot be changed; make a new one.`);
      }
      if (names.length === 0) return old.instance;
      const instance = await this.#rules.check(old.instance.with(values));
      await this.#keep(key, instance, caller.name);
      return instance;
    });
  }

  remove(_context: OperationContext, path: ObjectPath): Promise<void> {
    return this.#inTurn(async () => {
      const key = keyOf(path);
      const old = this.#instances.get(key);
      if (old === undefined) throw new CimError('notFound', `There is no such ${this.className}.`);
      this.#rules.checkRemoval?.(old.instance);
      await this.#storage.remove(key);
      this.#instances.delete(key);
      this.#rules.removed?.(old.instance);
    });
  }

  async #keep(key: string, instance: CimInstance, owner: string): Promise<void> {
    await this.#storage.save(toRecord(key, instance, owner));
    this.#instances.set(key, { instance, owner });
    this.#rules.stored?.(instance, owner);
  }
}

const keyOf = (path: ObjectPath): string => pathKey(path);
