import { readPath } from '../../cim/embedded/read-cim-xml-path.ts';
import { CimError } from '../../cim/errors.ts';
import { fold } from '../../cim/names.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { attribute, type XmlElement } from '../../xml/element.ts';
import type { IntrinsicCall } from '../message/call.ts';

const invalid = (name: string, message: string): CimError =>
  new CimError('invalidParameter', `Parameter ${name} ${message}.`, { subject: name });

/** The IPARAMVALUEs of one operation. Every failure is CimError invalidParameter (wire-cimxml §2). */
export class Parameters {
  readonly #operation: string;
  readonly #values = new Map<string, XmlElement | null>();

  /** @param names all that the operation knows, in the spelling of DSP0200 */
  constructor(call: IntrinsicCall, names: readonly string[]) {
    this.#operation = call.name;
    const known = new Set(names.map(fold));
    for (const parameter of call.parameters) {
      const name = attribute(parameter, 'NAME') ?? '';
      if (!known.has(fold(name))) throw invalid(name.slice(0, 100), `is not one of ${call.name}`);
      if (this.#values.has(fold(name))) throw invalid(name, 'is given twice');
      if (parameter.children.length > 1) throw invalid(name, 'has more than one value');
      this.#values.set(fold(name), parameter.children[0] ?? null);
    }
  }

  boolean(name: string, absent: boolean): boolean {
    const text = this.#text(name);
    if (text === null) return absent;
    if (/^\s*true\s*$/i.test(text)) return true;
    if (/^\s*false\s*$/i.test(text)) return false;
    throw invalid(name, 'is TRUE or FALSE');
  }

  string(name: string): string | null {
    return this.#text(name);
  }

  requiredString(name: string): string {
    return this.#text(name) ?? this.#missing(name);
  }

  /** A uint32; null when absent. */
  count(name: string): number | null {
    const text = this.#text(name)?.trim();
    if (text === undefined) return null;
    const value = /^\+?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= 0xffff_ffff)) throw invalid(name, 'is a number from 0 to 4294967295');
    return value;
  }

  /** Names in folded form; null when absent. An empty array names nothing. */
  names(name: string): ReadonlySet<string> | null {
    const element = this.#value(name);
    if (element === null) return null;
    if (element.local !== 'VALUE.ARRAY' || element.children.some((item) => item.local !== 'VALUE'))
      throw invalid(name, 'is an array of strings');
    return new Set(element.children.map((item) => fold(item.text.trim())));
  }

  /** CLASSNAME, or its text; null when absent. */
  className(name: string): string | null {
    const element = this.#value(name);
    if (element === null) return null;
    const given =
      element.local === 'CLASSNAME' ? attribute(element, 'NAME') : element.local === 'VALUE' ? element.text : '';
    if (given === undefined || given === '') throw invalid(name, 'is the name of a class');
    return given;
  }

  requiredClassName(name: string): string {
    return this.className(name) ?? this.#missing(name);
  }

  /** INSTANCENAME. */
  instanceName(name: string): ObjectPath {
    const path = this.objectName(name);
    if (path.keys === null) throw invalid(name, 'is the name of an instance');
    return path;
  }

  /** INSTANCENAME or CLASSNAME; some clients wrap it in a reference. */
  objectName(name: string): ObjectPath {
    const element = this.#value(name) ?? this.#missing(name);
    const inner = element.local === 'VALUE.REFERENCE' ? element.children[0] : element;
    return readPath(inner) ?? this.#fail(name, 'is the name of an object');
  }

  /** The element of that name which is the value. */
  element(name: string, local: string): XmlElement {
    const element = this.#value(name) ?? this.#missing(name);
    if (element.local !== local) throw invalid(name, `is ${local}, not ${element.local.slice(0, 60)}`);
    return element;
  }

  /** What holds the value, whatever it is; null when absent or NULL. */
  value(name: string): XmlElement | null {
    return this.#value(name);
  }

  #value(name: string): XmlElement | null {
    return this.#values.get(fold(name)) ?? null;
  }

  #text(name: string): string | null {
    const element = this.#value(name);
    if (element === null) return null;
    if (element.local !== 'VALUE' || element.children.length > 0) throw invalid(name, 'is a plain value');
    return element.text;
  }

  #fail(name: string, message: string): never {
    throw invalid(name, message);
  }

  #missing(name: string): never {
    throw invalid(name, `is needed by ${this.#operation}`);
  }
}
