import { embeddedValues } from './embedded-text.ts';
import { listOf, type WireValue } from './object.ts';
import type { DefaultNamespace, PropertyOf } from './schema.ts';

/** An Msvm_Error that a validation tells: what was found, whether it stands in the way, and what to do. */
export interface Finding {
  readonly messageId: string;
  readonly blocking: boolean;
  readonly message: string;
  readonly arguments: readonly string[];
  readonly actions: readonly string[];
  /** InstanceID of the setting it is about, or the Name of a system; null: neither. */
  readonly source: string | null;
}

/** PerceivedSeverity from which on an error stands in the way; warnings are below it. */
const HIGH = 4;

/** The texts of GetErrorEx (embedded-instances §3), in their order. */
export const findingsOf = (errors: WireValue | undefined): readonly Finding[] =>
  listOf(errors).flatMap((text) => (typeof text === 'string' ? [findingOf(text)] : []));

const findingOf = (text: string): Finding => {
  const values = embeddedValues<'Msvm_Error'>(text);
  const first = (name: PropertyOf<DefaultNamespace, 'Msvm_Error'>): string => values.get(name)?.[0] ?? '';
  return {
    messageId: first('MessageID'),
    blocking: Number(first('PerceivedSeverity')) >= HIGH,
    message: first('Message'),
    arguments: values.get('MessageArguments') ?? [],
    actions: values.get('RecommendedActions') ?? [],
    source: sourceOf(first('ErrorSource')),
  };
};

/** `...:Class.InstanceID="Microsoft:G\\\\part"` */
const sourceOf = (path: string): string | null => {
  const key = /\b(?:InstanceID|Name)="((?:[^"\\]|\\.)*)"/.exec(path)?.[1];
  return key === undefined ? null : key.replace(/\\(.)/g, '$1');
};
