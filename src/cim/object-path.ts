/** A key's value: text, number, boolean, or the path of a reference-typed key. */
export type KeyValue = string | number | bigint | boolean | ObjectPath;

/**
 * A parsed WMI object path (spec object-model §1, wql §5).
 * Immutable. Key order is as given; keys compare by name in any case. Text is made by `formatPath`, read by `parsePath`.
 */
export class ObjectPath {
  /** Server part; null when the path has none. `.` and `localhost` are kept as given. */
  readonly host: string | null;
  /** Namespace with backslashes, as given; null when the path has none. */
  readonly namespace: string | null;
  readonly className: string;
  /** Key bindings; null for a class path. An empty map with `singleton` is `Class=@`. */
  readonly keys: ReadonlyMap<string, KeyValue> | null;
  readonly singleton: boolean;

  constructor(
    host: string | null,
    namespace: string | null,
    className: string,
    keys: ReadonlyMap<string, KeyValue> | null,
    singleton = false,
  ) {
    this.host = host;
    this.namespace = namespace;
    this.className = className;
    this.keys = keys;
    this.singleton = singleton;
  }

  /** Value of a key by name in any case. The single-key short form `Class="v"` stores its value under the name ''. */
  key(name: string): KeyValue | undefined {
    if (this.keys === null) return undefined;
    const direct = this.keys.get(name);
    if (direct !== undefined) return direct;
    const wanted = name.toLowerCase();
    for (const [k, v] of this.keys) if (k.toLowerCase() === wanted) return v;
    return this.keys.size === 1 ? this.keys.get('') : undefined;
  }

  static of(className: string, keys: Record<string, KeyValue>, namespace: string | null = null): ObjectPath {
    return new ObjectPath(null, namespace, className, new Map(Object.entries(keys)), false);
  }
}
