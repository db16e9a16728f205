const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/**
 * What prefixes mean inside one element (Namespaces in XML 1.0). Made only for elements that declare something; look-ups
 * go through those, which the limit of depth bounds.
 */
export class NamespaceScope {
  readonly #outer: NamespaceScope | null;
  readonly #declared = new Map<string, string>();

  constructor(outer: NamespaceScope | null) {
    this.#outer = outer;
  }

  /** Prefix '' is the default namespace. False when nobody may declare this (Namespaces §3). */
  declare(prefix: string, uri: string): boolean {
    if (prefix === 'xmlns' || uri === XMLNS || (prefix === 'xml') !== (uri === XML)) return false;
    if (prefix !== '' && uri === '') return false;
    this.#declared.set(prefix, uri);
    return true;
  }

  /** In this very element. */
  declares(prefix: string): boolean {
    return this.#declared.has(prefix);
  }

  /** Undefined for a prefix that was not declared; '' for no prefix without a default namespace. */
  find(prefix: string): string | undefined {
    const uri = this.#declared.get(prefix) ?? this.#outer?.find(prefix);
    if (uri !== undefined) return uri;
    if (prefix === '') return '';
    return prefix === 'xml' ? XML : undefined;
  }
}
