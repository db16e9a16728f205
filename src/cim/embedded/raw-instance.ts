import type { ObjectPath } from '../object-path.ts';

/** An instance as a text spells it, before the schema types it. */
export interface RawInstance {
  readonly className: string;
  /** In the order of the text; of several with one name the last wins. */
  readonly properties: readonly RawProperty[];
  /** Path of a wrapper such as VALUE.NAMEDINSTANCE. */
  readonly path: ObjectPath | null;
}

export interface RawProperty {
  readonly name: string;
  /** Null: present without a value. */
  readonly value: RawValue;
  /** `PROPAGATED="true"`: the client's library says the value is the class's own. */
  readonly propagated: boolean;
}

export type RawItem = string | number | bigint | boolean | ObjectPath | RawObject | null;

/** A nested instance; a class of its own so that it is told from the rest. */
export class RawObject {
  readonly instance: RawInstance;
  constructor(instance: RawInstance) {
    this.instance = instance;
  }
}

export type RawValue = RawItem | readonly RawItem[];

/** Why a text was not taken; which return code that is, is decided by the method (32773 or 32776). */
export class EmbeddedError extends Error {
  readonly reason: 'unparsable' | 'unknownClass' | 'wrongType';
  /** The class, or the property whose value does not fit. */
  readonly subject: string | null;
  constructor(reason: EmbeddedError['reason'], message: string, subject: string | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EmbeddedError';
    this.reason = reason;
    this.subject = subject;
  }
}
