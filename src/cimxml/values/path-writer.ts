import { CimInstance } from '../../cim/instance.ts';
import { type KeyValue, ObjectPath } from '../../cim/object-path.ts';
import type { CimClass, ClassRepository } from '../../cim/schema.ts';
import type { CimType } from '../../cim/types.ts';
import { escapeXml } from '../../xml/escape.ts';

/** Names and paths of objects (DSP0201 §5.3). Paths carry host and namespace: pywbem reads no others (wire-cimxml §4). */
export class PathWriter {
  readonly #repository: ClassRepository;
  readonly #host: string;
  readonly #places = new Map<string, string>();

  constructor(repository: ClassRepository, hostName: string) {
    this.#repository = repository;
    this.#host = escapeXml(hostName);
  }

  /** INSTANCENAME: no namespace. */
  instanceName(path: ObjectPath): string {
    const cimClass = this.#classOf(path);
    let bindings = '';
    for (const [name, value] of path.keys ?? []) {
      const key = this.#key(value, cimClass?.property(name)?.type);
      bindings += name === '' ? key : `<KEYBINDING NAME="${escapeXml(name)}">${key}</KEYBINDING>`;
    }
    return `<INSTANCENAME CLASSNAME="${escapeXml(path.className)}">${bindings}</INSTANCENAME>`;
  }

  /** INSTANCEPATH or CLASSPATH. `namespace` is for paths that carry none. */
  fullPath(path: ObjectPath, namespace: string): string {
    const place = this.#place(path.namespace ?? namespace);
    return path.keys === null
      ? `<CLASSPATH>${place}<CLASSNAME NAME="${escapeXml(path.className)}"/></CLASSPATH>`
      : `<INSTANCEPATH>${place}${this.instanceName(path)}</INSTANCEPATH>`;
  }

  /** Path of an instance; of one whose class has no keys, its class (DSP0201 wants an INSTANCENAME all the same). */
  ofInstance(instance: CimInstance): ObjectPath {
    return instance.path() ?? new ObjectPath(null, instance.class.namespace, instance.class.name, new Map());
  }

  classPath(cimClass: CimClass): string {
    return this.fullPath(new ObjectPath(null, cimClass.namespace, cimClass.name, null), cimClass.namespace);
  }

  reference(path: ObjectPath, namespace: string): string {
    return `<VALUE.REFERENCE>${this.fullPath(path, namespace)}</VALUE.REFERENCE>`;
  }

  #classOf(path: ObjectPath): CimClass | undefined {
    return path.namespace === null ? undefined : this.#repository.namespace(path.namespace)?.class(path.className);
  }

  #key(value: KeyValue, declared: CimType | undefined): string {
    if (value instanceof ObjectPath) return this.reference(value, value.namespace ?? '');
    if (typeof value === 'boolean')
      return `<KEYVALUE VALUETYPE="boolean" TYPE="boolean">${value ? 'TRUE' : 'FALSE'}</KEYVALUE>`;
    const type = declared === undefined ? '' : ` TYPE="${declared}"`;
    return typeof value === 'string'
      ? `<KEYVALUE VALUETYPE="string"${type}>${escapeXml(value)}</KEYVALUE>`
      : `<KEYVALUE VALUETYPE="numeric"${type}>${value}</KEYVALUE>`;
  }

  #place(namespace: string): string {
    let place = this.#places.get(namespace);
    if (place === undefined) {
      const segments = namespace.split('\\').map((segment) => `<NAMESPACE NAME="${escapeXml(segment)}"/>`);
      place = `<NAMESPACEPATH><HOST>${this.#host}</HOST><LOCALNAMESPACEPATH>${segments.join('')}</LOCALNAMESPACEPATH></NAMESPACEPATH>`;
      // Namespaces in paths may come from clients; only ours are worth keeping.
      if (this.#repository.namespace(namespace) !== undefined && this.#places.size < MAX_PLACES)
        this.#places.set(namespace, place);
    }
    return place;
  }
}

const MAX_PLACES = 64;
