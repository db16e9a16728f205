import { escapeXml } from '../xml/escape.ts';

type SettingScalar = string | number | bigint | boolean;
export type SettingInput = SettingScalar | readonly SettingScalar[];

/**
 * An embedded instance as text, the form in which Hyper-V's methods take settings (spec embedded-instances §1 form 3).
 * TYPE is left to the server's schema: it corrects a wrong one, and knows the right one.
 */
export function settingsText(className: string, properties: Readonly<Record<string, SettingInput>>): string {
  const body = Object.entries(properties).map(([name, value]) =>
    Array.isArray(value)
      ? `<PROPERTY.ARRAY NAME="${escapeXml(name)}" TYPE="string"><VALUE.ARRAY>${value.map(valueElement).join('')}</VALUE.ARRAY></PROPERTY.ARRAY>`
      : `<PROPERTY NAME="${escapeXml(name)}" TYPE="string">${valueElement(value as SettingScalar)}</PROPERTY>`,
  );
  return `<INSTANCE CLASSNAME="${escapeXml(className)}">${body.join('')}</INSTANCE>`;
}

const valueElement = (value: SettingScalar): string =>
  `<VALUE>${typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : escapeXml(String(value))}</VALUE>`;
