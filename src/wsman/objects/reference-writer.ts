import { byName } from '../../cim/names.ts';
import type { KeyValue, ObjectPath } from '../../cim/object-path.ts';
import type { ClassRepository } from '../../cim/schema.ts';
import { escapeXml } from '../../xml/escape.ts';
import { ANONYMOUS, NS } from '../envelope/namespaces.ts';
import { type ObjectFamily, resourceUriOf } from '../envelope/resource-uri.ts';

/** What all EPRs of a class have in common. */
interface ClassReference {
  /** Everything before the selectors' values. */
  readonly head: string;
  readonly keys: readonly { readonly name: string; readonly open: string }[];
}

const SELECTOR_END = '</w:Selector>';
const TAIL = '</w:SelectorSet></a:ReferenceParameters>';
const MAX_CACHED = 4096;

/** `xmlns` declarations that an element carrying an EPR repeats (spec §6, REF). */
export const REFERENCE_PREFIXES = ` xmlns:a="${NS.addressing}" xmlns:w="${NS.wsman}"`;

/** Object paths to endpoint references of one URI family. */
export class ReferenceWriter {
  readonly #repository: ClassRepository;
  readonly #family: ObjectFamily;
  readonly #classes = new Map<string, ClassReference>();

  constructor(repository: ClassRepository, family: ObjectFamily) {
    this.#repository = repository;
    this.#family = family;
  }

  /** The contents of an EPR, without the EndpointReference element; `namespace` is used when the path has none. */
  contents(path: ObjectPath, namespace: string): string {
    const info = this.#classOf(path.namespace ?? namespace, path.className);
    let text = info.head;
    if (path.keys !== null) {
      let written = 0;
      for (const key of info.keys) {
        const value = path.key(key.name);
        if (value === undefined) continue;
        text += key.open + this.#value(value, namespace) + SELECTOR_END;
        written++;
      }
      // A path of a class that the repository does not know keeps its own key names.
      if (written === 0) text += this.#foreignKeys(path.keys, namespace);
    }
    return text + TAIL;
  }

  /** A whole `a:EndpointReference`; the prefixes `a` and `w` are in scope on the Envelope. */
  epr(path: ObjectPath, namespace: string): string {
    return `<a:EndpointReference>${this.contents(path, namespace)}</a:EndpointReference>`;
  }

  #value(value: KeyValue, namespace: string): string {
    switch (typeof value) {
      case 'string':
        return escapeXml(value);
      case 'object':
        return this.epr(value, namespace);
      default:
        return String(value);
    }
  }

  #foreignKeys(keys: ReadonlyMap<string, KeyValue>, namespace: string): string {
    return [...keys.entries()]
      .toSorted(([a], [b]) => byName(a, b))
      .map(([name, value]) => `<w:Selector Name="${escapeXml(name)}">${this.#value(value, namespace)}${SELECTOR_END}`)
      .join('');
  }

  #classOf(namespace: string, className: string): ClassReference {
    const cacheKey = `${namespace}:${className}`;
    const cached = this.#classes.get(cacheKey);
    if (cached !== undefined) return cached;
    const schema = this.#repository.namespace(namespace);
    const cimClass = schema?.class(className);
    const namespaceName = (schema?.name ?? namespace).replaceAll('\\', '/');
    const uri = resourceUriOf(this.#family, namespaceName, cimClass?.name ?? className);
    // In the DMTF family every EPR names its namespace (spec §3, note 45); `_` sorts before every letter.
    const cimNamespace =
      this.#family === 'dmtf' ? `<w:Selector Name="__cimnamespace">${escapeXml(namespaceName)}${SELECTOR_END}` : '';
    const info: ClassReference = {
      head: `<a:Address>${ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>${escapeXml(uri)}</w:ResourceURI><w:SelectorSet>${cimNamespace}`,
      keys: (cimClass?.keys ?? [])
        .map((key) => key.name)
        .toSorted(byName)
        .map((name) => ({ name, open: `<w:Selector Name="${escapeXml(name)}">` })),
    };
    // Only repository classes are worth keeping: foreign names come from data and have no bound.
    if (cimClass !== undefined && this.#classes.size < MAX_CACHED) this.#classes.set(cacheKey, info);
    return info;
  }
}
