import type { ObjectPath } from '../../cim/object-path.ts';
import type { XmlElement } from '../../xml/element.ts';

/** An operation of the protocol itself: IMETHODCALL. */
export interface IntrinsicCall {
  readonly kind: 'intrinsic';
  readonly messageId: string;
  readonly name: string;
  /** With backslashes, as given. */
  readonly namespace: string;
  /** The IPARAMVALUE elements in their order. */
  readonly parameters: readonly XmlElement[];
}

/** A method of a class: METHODCALL. */
export interface ExtrinsicCall {
  readonly kind: 'extrinsic';
  readonly messageId: string;
  readonly name: string;
  /** The instance, or the class for a static method; its namespace is given. */
  readonly path: ObjectPath;
  readonly namespace: string;
  /** The PARAMVALUE elements in their order. */
  readonly parameters: readonly XmlElement[];
}

export type Call = IntrinsicCall | ExtrinsicCall;
