import { type MofInstance, MofError, type MofValue } from '../mof/ast.ts';
import { parseMofInstances } from '../mof/parser.ts';
import { fold } from '../names.ts';
import { type KeyValue, ObjectPath } from '../object-path.ts';
import { EmbeddedError, type RawInstance, type RawItem, RawObject, type RawValue } from './raw-instance.ts';

/**
 * The last `instance of` of a MOF text; those before it are there to be named by their aliases.
 * @throws EmbeddedError unparsable
 */
export function readMof(text: string): RawInstance {
  try {
    const instances = parseMofInstances(text);
    const last = instances.at(-1);
    if (last === undefined) throw new EmbeddedError('unparsable', 'The text declares no instance.');
    return new MofReader(instances.slice(0, -1)).instance(last);
  } catch (error) {
    if (error instanceof MofError)
      throw new EmbeddedError('unparsable', `The instance is neither XML nor MOF: ${error.message}.`, null, error);
    throw error;
  }
}

class MofReader {
  readonly #aliases: ReadonlyMap<string, MofInstance>;
  /** An alias chain that comes back to itself would never end. */
  readonly #open = new Set<MofInstance>();
  constructor(aliased: readonly MofInstance[]) {
    this.#aliases = new Map(aliased.flatMap((i) => (i.alias === null ? [] : [[fold(i.alias), i] as const])));
  }

  instance(instance: MofInstance): RawInstance {
    if (this.#open.has(instance)) throw new EmbeddedError('unparsable', `Alias ${instance.alias} refers to itself.`);
    this.#open.add(instance);
    const properties = instance.properties.map((p) => ({
      name: p.name,
      value: this.#value(p.value),
      propagated: false,
    }));
    this.#open.delete(instance);
    return { className: instance.className, properties, path: null };
  }

  #value(value: MofValue): RawValue {
    return Array.isArray(value) ? (value as readonly MofValue[]).map((v) => this.#item(v)) : this.#item(value);
  }

  #item(value: MofValue): RawItem {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) throw new EmbeddedError('unparsable', 'A list holds a list.');
    const one = value as Exclude<MofValue, readonly MofValue[] | null | string | number | bigint | boolean>;
    if (one.kind === 'instance') return new RawObject(this.instance(one));
    const target = this.#aliases.get(fold(one.name));
    if (target === undefined)
      throw new EmbeddedError('unparsable', `Alias ${one.name} is not declared before its use.`);
    return pathOf(target);
  }
}

/** An alias stands for the path of its instance; without the schema every scalar counts as a key until it is typed. */
function pathOf(instance: MofInstance): ObjectPath {
  const keys = new Map<string, KeyValue>();
  for (const { name, value } of instance.properties) {
    if (
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'bigint' ||
      typeof value === 'boolean'
    )
      keys.set(name, value);
  }
  return new ObjectPath(null, null, instance.className, keys);
}
