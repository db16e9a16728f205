import type { CimClass, CimMethod, CimParameter, CimProperty } from '../../cim/schema.ts';
import type { CimValue } from '../../cim/values.ts';
import { escapeXml } from '../../xml/escape.ts';
import type { QualifierRow } from './qualifier-table.ts';
import { qualifierElements } from './qualifier-writer.ts';
import { embeddedMark, type ValueContext, valueElement, wireType } from './value-writer.ts';

/** What a client asked to see of classes. */
export interface ClassView {
  /** Nothing that is inherited as it is. */
  readonly localOnly: boolean;
  readonly qualifiers: boolean;
  readonly classOrigin: boolean;
  /** Names in folded form; null: all. Methods are not concerned (DSP0200 §5.3.2.1). */
  readonly properties: ReadonlySet<string> | null;
}

/** CLASS elements (DSP0201 §5.4). */
export class ClassWriter {
  readonly #context: (namespace: string) => ValueContext;
  readonly #view: ClassView;

  constructor(view: ClassView, context: (namespace: string) => ValueContext) {
    this.#view = view;
    this.#context = context;
  }

  class(cimClass: CimClass): string {
    const { localOnly, properties } = this.#view;
    const context = this.#context(cimClass.namespace);
    const base = cimClass.superclass;
    const superclass = base === null ? '' : ` SUPERCLASS="${escapeXml(base.name)}"`;
    // An element that was not restated is the very object that the superclass has (cim/repository/members).
    const shownProperties = cimClass.properties.filter(
      (p) =>
        (properties === null || properties.has(p.name.toLowerCase())) && !(localOnly && base?.property(p.name) === p),
    );
    const shownMethods = cimClass.methods.filter((m) => !(localOnly && base?.method(m.name) === m));
    return (
      `<CLASS NAME="${escapeXml(cimClass.name)}"${superclass}>` +
      this.#qualifiers((row) => row.ofClass?.(cimClass), context) +
      shownProperties.map((p) => this.#property(p, cimClass, context)).join('') +
      shownMethods.map((m) => this.#method(m, cimClass, context)).join('') +
      '</CLASS>'
    );
  }

  #qualifiers(of: (row: QualifierRow) => CimValue | undefined, context: ValueContext): string {
    return this.#view.qualifiers ? qualifierElements(of, context) : '';
  }

  #origin(origin: string, cimClass: CimClass): string {
    if (!this.#view.classOrigin) return '';
    return ` CLASSORIGIN="${escapeXml(origin)}"${origin === cimClass.name ? '' : ' PROPAGATED="true"'}`;
  }

  #property(property: CimProperty, cimClass: CimClass, context: ValueContext): string {
    const { name, type, array, ref, embedded } = property;
    const qualifiers = this.#qualifiers((row) => row.ofProperty?.(property), context);
    const origin = this.#origin(property.origin, cimClass);
    if (type === 'reference') {
      const target = ref === null ? '' : ` REFERENCECLASS="${escapeXml(ref)}"`;
      return `<PROPERTY.REFERENCE NAME="${escapeXml(name)}"${target}${origin}>${qualifiers}</PROPERTY.REFERENCE>`;
    }
    const element = array ? 'PROPERTY.ARRAY' : 'PROPERTY';
    const value = valueElement(type, property.default, context);
    return `<${element} NAME="${escapeXml(name)}" TYPE="${wireType(type)}"${origin}${embeddedMark(type, embedded)}>${qualifiers}${value}</${element}>`;
  }

  #method(method: CimMethod, cimClass: CimClass, context: ValueContext): string {
    const origin = this.#origin(method.origin, cimClass);
    return (
      `<METHOD NAME="${escapeXml(method.name)}" TYPE="${wireType(method.returnType)}"${origin}>` +
      this.#qualifiers((row) => row.ofMethod?.(method), context) +
      method.parameters.map((p) => this.#parameter(p, context)).join('') +
      '</METHOD>'
    );
  }

  #parameter(parameter: CimParameter, context: ValueContext): string {
    const { name, type, array, ref } = parameter;
    const qualifiers = this.#qualifiers((row) => row.ofParameter?.(parameter), context);
    if (type === 'reference') {
      const element = array ? 'PARAMETER.REFARRAY' : 'PARAMETER.REFERENCE';
      const target = ref === null ? '' : ` REFERENCECLASS="${escapeXml(ref)}"`;
      return `<${element} NAME="${escapeXml(name)}"${target}>${qualifiers}</${element}>`;
    }
    const element = array ? 'PARAMETER.ARRAY' : 'PARAMETER';
    return `<${element} NAME="${escapeXml(name)}" TYPE="${wireType(type)}">${qualifiers}</${element}>`;
  }
}
