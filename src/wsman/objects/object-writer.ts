import { toIso } from '../../cim/datetime/iso.ts';
import { realText } from '../../cim/coerce/number.ts';
import { CimInstance } from '../../cim/instance.ts';
import { byName } from '../../cim/names.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import type { CimClass, ClassRepository } from '../../cim/schema.ts';
import { systemProperty } from '../../cim/system-properties.ts';
import type { CimType } from '../../cim/types.ts';
import type { CimScalar, CimValue, CimValues } from '../../cim/values.ts';
import { escapeXml } from '../../xml/escape.ts';
import { NS } from '../envelope/namespaces.ts';
import { type ObjectFamily, resourceUriOf } from '../envelope/resource-uri.ts';
import { REFERENCE_PREFIXES, ReferenceWriter } from './reference-writer.ts';

/** Something with a name and a type: a property, a parameter, a return value. */
export interface TypedName {
  readonly name: string;
  readonly type: CimType;
  readonly array: boolean;
}

/** How one property is written; made once per class. */
interface PropertyWriter {
  readonly name: string;
  readonly array: boolean;
  /** What NULL looks like; '' when it is left out. */
  readonly absent: string;
  /** One complete element for one value that is not NULL. */
  readonly element: (value: CimScalar) => string;
}

/** A column of a projection: a property of the class, or one that every object has. */
interface ColumnWriter extends PropertyWriter {
  readonly read: (instance: CimInstance) => CimValue;
}

interface ClassTable {
  readonly open: string;
  readonly close: string;
  readonly properties: readonly PropertyWriter[];
}

const XSI = ` xmlns:xsi="${NS.xsi}"`;
const CIM = ` xmlns:cim="${NS.common}"`;
const FRAGMENT_OPEN = `<w:XmlFragment${XSI} xmlns:w="${NS.wsman}">`;
const FRAGMENT_CLOSE = '</w:XmlFragment>';

/** The element inside a datetime property; `prefix` is `cim:` or '' (projections carry no namespace). */
function datetimeElement(value: string, prefix: string): string {
  const { element, text } = toIso(value);
  return `<${prefix}${element}>${escapeXml(text)}</${prefix}${element}>`;
}

/**
 * Instances to XML (spec wire-wsman §6). One writer per URI family and array mode lives as long as the service:
 * tags and property order are made once per class, so that writing an instance is string joining only.
 */
export class ObjectWriter {
  readonly family: ObjectFamily;
  readonly references: ReferenceWriter;
  readonly #preciseArrays: boolean;
  readonly #hostName: string;
  /** By class and method. */
  readonly #outputs = new WeakMap<CimClass, Map<string, ClassTable>>();
  readonly #objects = new WeakMap<CimClass, ClassTable>();
  readonly #embedded = new WeakMap<CimClass, ClassTable>();
  readonly #fragments = new WeakMap<readonly string[], Map<CimClass, readonly ColumnWriter[]>>();

  /** `hostName`: what `__PATH` and `__SERVER` say. */
  constructor(repository: ClassRepository, family: ObjectFamily, preciseArrays: boolean, hostName: string) {
    this.family = family;
    this.#hostName = hostName;
    this.references = new ReferenceWriter(repository, family);
    this.#preciseArrays = preciseArrays;
  }

  /** The object element. */
  object(instance: CimInstance): string {
    let table = this.#objects.get(instance.class);
    if (table === undefined) this.#objects.set(instance.class, (table = this.#objectTable(instance.class)));
    return table.open + writeProperties(table.properties, instance) + table.close;
  }

  /** `w:XmlFragment` of a projected SELECT: names without namespace, sorted (spec §5.10). */
  projection(instance: CimInstance, columns: readonly string[]): string {
    let byClass = this.#fragments.get(columns);
    if (byClass === undefined) this.#fragments.set(columns, (byClass = new Map()));
    let table = byClass.get(instance.class);
    if (table === undefined) byClass.set(instance.class, (table = this.#fragmentTable(instance.class, columns)));
    return FRAGMENT_OPEN + table.map((column) => writeOne(column, column.read(instance))).join('') + FRAGMENT_CLOSE;
  }

  /** Elements of one property, for a fragment transfer; `prefix` must be declared around it. */
  property(name: TypedName, value: CimValue, cimClass: CimClass): string {
    return writeOne(this.#propertyWriter(name, 'p:', 'cim:', cimClass.namespace), value);
  }

  /** `<Method>_OUTPUT`: out parameters and ReturnValue, sorted (spec §7). `outs`: always the same of one method. */
  output(method: string, cimClass: CimClass, outs: readonly TypedName[], values: CimValues): string {
    let tables = this.#outputs.get(cimClass);
    if (tables === undefined) this.#outputs.set(cimClass, (tables = new Map()));
    let table = tables.get(method);
    if (table === undefined) tables.set(method, (table = this.#outputTable(method, cimClass, outs)));
    let text = table.open;
    for (const property of table.properties) text += writeOne(property, values[property.name]);
    return text + table.close;
  }

  /** Opening tag attributes of an element that carries properties of `cimClass` under the prefix `p`. */
  declarations(cimClass: CimClass): string {
    return `${XSI} xmlns:p="${escapeXml(resourceUriOf(this.family, cimClass.namespace, cimClass.name))}"${CIM}`;
  }

  #outputTable(method: string, cimClass: CimClass, outs: readonly TypedName[]): ClassTable {
    return {
      open: `<p:${method}_OUTPUT${this.declarations(cimClass)}>`,
      close: `</p:${method}_OUTPUT>`,
      properties: outs
        .map((out) => this.#propertyWriter(out, 'p:', 'cim:', cimClass.namespace))
        .toSorted((a, b) => byName(a.name, b.name)),
    };
  }

  #objectTable(cimClass: CimClass): ClassTable {
    return {
      open: `<p:${cimClass.name}${this.declarations(cimClass)} xsi:type="p:${cimClass.name}_Type">`,
      close: `</p:${cimClass.name}>`,
      properties: cimClass.sortedProperties.map((p) => this.#propertyWriter(p, 'p:', 'cim:', cimClass.namespace)),
    };
  }

  /** An embedded object: the property's own element takes the type, its properties the prefix p1 (spec §6). */
  #embeddedTable(cimClass: CimClass): ClassTable {
    const uri = escapeXml(resourceUriOf(this.family, cimClass.namespace, cimClass.name));
    return {
      open: ` xmlns:p1="${uri}" xsi:type="p1:${cimClass.name}_Type">`,
      close: '',
      properties: cimClass.sortedProperties.map((p) => this.#propertyWriter(p, 'p1:', 'cim:', cimClass.namespace)),
    };
  }

  #embeddedContent(instance: CimInstance): string {
    let table = this.#embedded.get(instance.class);
    if (table === undefined) this.#embedded.set(instance.class, (table = this.#embeddedTable(instance.class)));
    return table.open + writeProperties(table.properties, instance);
  }

  /** What a class lacks is not shown (IncludeResultProperty); clients choose the names. */
  #fragmentTable(cimClass: CimClass, columns: readonly string[]): readonly ColumnWriter[] {
    const columnWriter = (typed: TypedName, read: ColumnWriter['read']): ColumnWriter => ({
      ...this.#propertyWriter(typed, '', '', cimClass.namespace),
      ...(typed.array ? { absent: '' } : {}),
      read,
    });
    return columns
      .flatMap((name): readonly ColumnWriter[] => {
        const property = cimClass.property(name);
        if (property !== undefined) return [columnWriter(property, (instance) => instance.value(property.name))];
        const system = systemProperty(name);
        return system === undefined ? [] : [columnWriter(system, (instance) => system.of(instance, this.#hostName))];
      })
      .toSorted((a, b) => byName(a.name, b.name));
  }

  #propertyWriter(typed: TypedName, prefix: string, cim: string, namespace: string): PropertyWriter {
    const tag = prefix + typed.name;
    const nil = `<${tag} xsi:nil="true"/>`;
    // NULL arrays are left out unless the client asked for precise arrays (spec §6).
    const nullArray = this.#preciseArrays
      ? `<${tag} xmlns:m="${NS.microsoft}" xsi:nil="true" m:IsNullArray="true"/>`
      : '';
    return {
      name: typed.name,
      array: typed.array,
      absent: typed.array ? nullArray : nil,
      element: this.#elementWriter(tag, typed.type, cim, namespace),
    };
  }

  #elementWriter(tag: string, type: CimType, cim: string, namespace: string): (value: CimScalar) => string {
    const open = `<${tag}>`;
    const close = `</${tag}>`;
    switch (type) {
      case 'string':
      case 'char16':
        return (value) => open + escapeXml(value as string) + close;
      case 'datetime':
        return (value) => open + datetimeElement(value as string, cim) + close;
      case 'real32':
      case 'real64':
        return (value) => open + realText(value as number) + close;
      case 'reference': {
        const openReference = `<${tag}${REFERENCE_PREFIXES}>`;
        return (value) =>
          value instanceof ObjectPath
            ? openReference + this.references.contents(value, namespace) + close
            : open + escapeXml(String(value)) + close;
      }
      case 'object':
        return (value) =>
          value instanceof CimInstance ? `<${tag}${this.#embeddedContent(value)}${close}` : `<${tag} xsi:nil="true"/>`;
      default:
        return (value) => open + String(value) + close;
    }
  }
}

function writeProperties(properties: readonly PropertyWriter[], instance: CimInstance): string {
  let text = '';
  for (const property of properties) text += writeOne(property, instance.value(property.name));
  return text;
}

function writeOne(property: PropertyWriter, value: CimValue | undefined): string {
  if (value === null || value === undefined) return property.absent;
  if (!property.array) return property.element(value as CimScalar);
  let text = '';
  // NULL elements of arrays are never sent (spec §6).
  for (const item of value as readonly (CimScalar | null)[]) if (item !== null) text += property.element(item);
  return text;
}
