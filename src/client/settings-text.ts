import { escapeXml } from '../xml/escape.ts';
import { listOf, textOf, type WireObject } from './object.ts';
import type { ClassName, Exact, Settings } from './schema.ts';

type SettingScalar = string | number | bigint | boolean;
export type SettingInput = SettingScalar | readonly SettingScalar[];

export type InstanceValues = Readonly<Record<string, SettingInput>>;

/**
 * An embedded instance as text, the form in which Hyper-V's methods take settings (spec embedded-instances §1 form 3).
 * TYPE is left to the server's schema: it corrects a wrong one, and knows the right one.
 */
export function settingsText<C extends ClassName, V extends Settings<C>>(
  className: C,
  properties: Exact<Settings<C>, V>,
): string {
  return instanceText(className, properties);
}

/** The same of a class that is only known when the program runs, or of another namespace. */
export function instanceText(className: string, properties: InstanceValues): string {
  const body = Object.entries(properties).map(([name, value]) =>
    Array.isArray(value)
      ? `<PROPERTY.ARRAY NAME="${escapeXml(name)}" TYPE="string"><VALUE.ARRAY>${value.map(valueElement).join('')}</VALUE.ARRAY></PROPERTY.ARRAY>`
      : `<PROPERTY NAME="${escapeXml(name)}" TYPE="string">${valueElement(value as SettingScalar)}</PROPERTY>`,
  );
  return `<INSTANCE CLASSNAME="${escapeXml(className)}">${body.join('')}</INSTANCE>`;
}

const valueElement = (value: SettingScalar): string =>
  `<VALUE>${typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : escapeXml(String(value))}</VALUE>`;

/** What is held of the properties that are to get new values: what takes a change of them back. */
export const asHeld = (values: InstanceValues, held: WireObject['properties']): InstanceValues =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, SettingInput] => {
      if (Array.isArray(value)) return [name, listOf(held[name]).map((each) => textOf(each) ?? '')];
      const text = textOf(held[name]) ?? '';
      return [name, typeof value === 'boolean' ? text === 'true' : text];
    }),
  );
