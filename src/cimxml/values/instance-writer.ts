import type { CimInstance } from '../../cim/instance.ts';
import type { CimClass, CimProperty } from '../../cim/schema.ts';
import { escapeXml } from '../../xml/escape.ts';
import type { PathWriter } from './path-writer.ts';
import { embeddedMark, type ValueContext, valueElement, wireType } from './value-writer.ts';

/** What a client asked to see of instances. */
export interface InstanceView {
  /** Names in folded form; null: all. */
  readonly properties: ReadonlySet<string> | null;
  /** DeepInheritance FALSE: nothing that this class does not have; null: all. */
  readonly trimTo: CimClass | null;
  readonly classOrigin: boolean;
}

export const WHOLE: InstanceView = { properties: null, trimTo: null, classOrigin: false };

interface PropertyTable {
  readonly name: string;
  readonly property: CimProperty;
  readonly open: string;
  readonly close: string;
  readonly absent: string;
}

interface ClassTable {
  readonly open: string;
  readonly properties: readonly PropertyTable[];
  readonly values: ValueContext;
}

/**
 * INSTANCE elements for one view: tags are made once per class, so that writing an instance is string joining only.
 * Embedded instances are written whole, whatever the view.
 */
export class InstanceWriter {
  readonly #paths: PathWriter;
  readonly #view: InstanceView;
  readonly #whole: InstanceWriter;
  readonly #tables = new Map<CimClass, ClassTable>();

  constructor(paths: PathWriter, view: InstanceView = WHOLE, whole?: InstanceWriter) {
    this.#paths = paths;
    this.#view = view;
    this.#whole = whole ?? this;
  }

  /** The same for another view. */
  withView(view: InstanceView): InstanceWriter {
    return new InstanceWriter(this.#paths, view, this.#whole);
  }

  instance(instance: CimInstance): string {
    let table = this.#tables.get(instance.class);
    if (table === undefined) this.#tables.set(instance.class, (table = this.#table(instance.class)));
    return table.open + writeProperties(table, instance) + '</INSTANCE>';
  }

  #table(cimClass: CimClass): ClassTable {
    const { properties, trimTo } = this.#view;
    return {
      open: `<INSTANCE CLASSNAME="${escapeXml(cimClass.name)}">`,
      properties: cimClass.properties
        .filter((p) => properties === null || properties.has(p.name.toLowerCase()))
        .filter((p) => trimTo === null || trimTo.property(p.name) !== undefined)
        .map((p) => propertyTable(p, this.#view.classOrigin, cimClass)),
      values: {
        paths: this.#paths,
        instance: (embedded) => this.#whole.instance(embedded),
        namespace: cimClass.namespace,
      },
    };
  }
}

/** No empty-element tags: wbemcli's parser takes `<PROPERTY .../>` for an error. */
function propertyTable(property: CimProperty, classOrigin: boolean, cimClass: CimClass): PropertyTable {
  const { name, type, array } = property;
  const inherited = property.origin !== cimClass.name;
  const origin = classOrigin
    ? ` CLASSORIGIN="${escapeXml(property.origin)}"${inherited ? ' PROPAGATED="true"' : ''}`
    : '';
  const element =
    type === 'reference' ? (array ? 'PROPERTY.REFARRAY' : 'PROPERTY.REFERENCE') : array ? 'PROPERTY.ARRAY' : 'PROPERTY';
  const typed =
    type === 'reference'
      ? property.ref === null
        ? ''
        : ` REFERENCECLASS="${escapeXml(property.ref)}"`
      : ` TYPE="${wireType(type)}"`;
  const tag = `<${element} NAME="${escapeXml(name)}"${typed}${origin}${embeddedMark(type, property.embedded)}`;
  return { name, property, open: `${tag}>`, close: `</${element}>`, absent: `${tag}></${element}>` };
}

function writeProperties({ properties, values: context }: ClassTable, instance: CimInstance): string {
  let text = '';
  for (const { name, property, open, close, absent } of properties) {
    const value = instance.value(name);
    text += value === null ? absent : open + valueElement(property.type, value, context) + close;
  }
  return text;
}
