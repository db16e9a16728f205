import { parseEmbedded } from '../../../cim/embedded/parse-embedded.ts';
import type { EmbeddedInstance } from '../../../cim/embedded/parse-embedded.ts';
import { EmbeddedError } from '../../../cim/embedded/raw-instance.ts';
import { CimInstance } from '../../../cim/instance.ts';
import { tryParsePath } from '../../../cim/path/parse-path.ts';
import type { SchemaNamespace } from '../../../cim/schema.ts';
import { sameValue } from '../../../cim/same-value.ts';
import type { CimValues } from '../../../cim/values.ts';
import { DomainError } from '../../../core/errors.ts';

/** Longest part of a client's text inside a message. */
const MAX_SHOWN = 300;

/** Embedded instances in parameters, read in any form that clients send (embedded-instances §1). */
export class SettingTexts {
  readonly #schema: SchemaNamespace;

  /** `schema` of root\virtualization\v2: the cluster namespace has no classes for settings of devices. */
  constructor(schema: SchemaNamespace) {
    this.#schema = schema;
  }

  /**
   * One text, of `baseClass` or a class below it. Properties without a value are not in it, empty arrays are.
   * @throws DomainError invalidParameter, or wrongType for a value that its type cannot hold
   */
  read(parameter: string, text: string, baseClass: string): CimInstance {
    const embedded = this.#parse(parameter, text, baseClass);
    if (!embedded.class.isA(baseClass)) {
      throw new DomainError(
        'invalidParameter',
        `${parameter} holds a ${embedded.className}, which is no ${baseClass}. Send an instance of the class that the method takes.`,
      );
    }
    return new CimInstance(embedded.class, valuesOf(embedded));
  }

  readAll(parameter: string, texts: readonly string[], baseClass: string): readonly CimInstance[] {
    return texts.map((text, index) => this.read(`${parameter}[${index}]`, text, baseClass));
  }

  #parse(parameter: string, text: string, baseClass: string): EmbeddedInstance {
    try {
      return parseEmbedded(text, this.#schema);
    } catch (error) {
      if (!(error instanceof EmbeddedError)) throw error;
      const message = error.message.length > MAX_SHOWN ? `${error.message.slice(0, MAX_SHOWN)}...` : error.message;
      const isTypeWrong = error.reason === 'wrongType';
      const advice = isTypeWrong
        ? 'Send each value with the type that the class gives it.'
        : `Send an instance of ${baseClass}, or of a class below it, as CIM-XML or MOF.`;
      throw new DomainError(
        isTypeWrong ? 'wrongType' : 'invalidParameter',
        `${parameter} can not be used: ${message} ${advice}`,
        { cause: error },
      );
    }
  }
}

/** What the text says (embedded-instances §4): class defaults that the client's library filled in are no values. */
const valuesOf = (embedded: EmbeddedInstance): CimValues => {
  const values: CimValues = { ...embedded.values };
  for (const name of embedded.propagated) {
    const value = values[name];
    if (value !== undefined && sameValue(value, embedded.class.property(name)?.default ?? null)) delete values[name];
  }
  // `__PATH` counts only where InstanceID is absent.
  const id = embedded.path === null ? undefined : tryParsePath(embedded.path)?.key('InstanceID');
  if (typeof id === 'string' && embedded.instanceId === null && embedded.class.property('InstanceID') !== undefined) {
    values['InstanceID'] = id;
  }
  return values;
};
