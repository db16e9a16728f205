import { escapeXml } from '../../../src/xml/escape.ts';

/** Requests as pywbem and wbemcli write them (wire-cimxml §2, §3). */

export const value = (text: string | number | boolean): string =>
  `<VALUE>${typeof text === 'boolean' ? String(text).toUpperCase() : escapeXml(String(text))}</VALUE>`;

export const array = (...items: readonly (string | number | null)[]): string =>
  `<VALUE.ARRAY>${items.map((item) => (item === null ? '<VALUE.NULL/>' : value(item))).join('')}</VALUE.ARRAY>`;

export const className = (name: string): string => `<CLASSNAME NAME="${escapeXml(name)}"/>`;

export const keyBinding = (name: string, key: string | number | boolean, type?: string): string => {
  const kind = typeof key === 'string' ? 'string' : typeof key === 'boolean' ? 'boolean' : 'numeric';
  return `<KEYBINDING NAME="${name}"><KEYVALUE VALUETYPE="${kind}"${type === undefined ? '' : ` TYPE="${type}"`}>${escapeXml(String(key))}</KEYVALUE></KEYBINDING>`;
};

export const instanceName = (name: string, keys: Readonly<Record<string, string | number | boolean>>): string =>
  `<INSTANCENAME CLASSNAME="${name}">${Object.entries(keys)
    .map(([key, text]) => keyBinding(key, text))
    .join('')}</INSTANCENAME>`;

export const namespacePath = (namespace: string): string =>
  `<LOCALNAMESPACEPATH>${namespace
    .split(/[\\/]/)
    .map((segment) => `<NAMESPACE NAME="${escapeXml(segment)}"/>`)
    .join('')}</LOCALNAMESPACEPATH>`;

export const localInstancePath = (namespace: string, name: string): string =>
  `<LOCALINSTANCEPATH>${namespacePath(namespace)}${name}</LOCALINSTANCEPATH>`;

export const localClassPath = (namespace: string, name: string): string =>
  `<LOCALCLASSPATH>${namespacePath(namespace)}${className(name)}</LOCALCLASSPATH>`;

export const message = (request: string, id = '1001'): string =>
  `<?xml version="1.0" encoding="utf-8" ?>\n<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="${id}" PROTOCOLVERSION="1.0"><SIMPLEREQ>${request}</SIMPLEREQ></MESSAGE></CIM>`;

/** Parameters by name; null is one without a value, undefined is left out. */
export type ParameterTexts = Readonly<Record<string, string | null | undefined>>;

const parameters = (element: string, texts: ParameterTexts): string =>
  Object.entries(texts)
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `<${element} NAME="${name}">${text ?? ''}</${element}>`)
    .join('');

export const intrinsic = (name: string, namespace: string, texts: ParameterTexts = {}): string =>
  message(`<IMETHODCALL NAME="${name}">${namespacePath(namespace)}${parameters('IPARAMVALUE', texts)}</IMETHODCALL>`);

export const extrinsic = (name: string, target: string, texts: ParameterTexts = {}): string =>
  message(`<METHODCALL NAME="${name}">${target}${parameters('PARAMVALUE', texts)}</METHODCALL>`);
