import type { CimInstance } from '../../../cim/instance.ts';
import { sameName } from '../../../cim/names.ts';
import { ObjectPath } from '../../../cim/object-path.ts';
import { tryParsePath } from '../../../cim/path/parse-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { SettingValue } from '../../../core/model.ts';
import type { ResourceInput, SettingRef } from '../../../core/requests.ts';
import type { References } from './references.ts';
import { settingValue } from './setting-values.ts';

/** Properties that say which object is meant or where it hangs; they are no values of the setting. */
const IDENTITY: ReadonlySet<string> = new Set(['InstanceID', 'Parent']);

const textOf = (instance: CimInstance, property: string): string | null => {
  const value = instance.get(property);
  return typeof value === 'string' && value !== '' ? value : null;
};

/** HostResource as the domain holds it; a single empty text means "nothing", like an empty array. */
const links = (references: References, value: SettingValue): SettingValue => {
  if (!Array.isArray(value)) return value;
  const texts: readonly unknown[] = value;
  if (texts.every((text) => text === '')) return [];
  return texts.map((text) => references.resourceLink(String(text)));
};

const lastSegments = (instanceId: string): string => instanceId.replaceAll('\\\\', '\\').toLowerCase();

/** Undefined: not given; a text: another element of the call; null: names nothing we know. */
const parentOf = (
  references: References,
  text: string | null,
  siblings: readonly string[],
): SettingRef | string | null | undefined => {
  if (text === null) return undefined;
  const path = tryParsePath(text);
  const found = path === undefined ? references.settingOfId(text) : references.setting(path);
  if (found !== undefined) return found.ref;
  // Client libraries differ in how often they double the backslashes of the key, so the end of the text is compared.
  const key = path?.key('InstanceID');
  const wanted = lastSegments(typeof key === 'string' ? key : text);
  return siblings.find((sibling) => wanted.endsWith(lastSegments(sibling))) ?? null;
};

/** Descriptions of settings, parsed and typed, as the domain takes them (core/requests.ts). */
export const resourceInputs = (references: References, instances: readonly CimInstance[]): readonly ResourceInput[] => {
  const ids = instances.map((instance) => textOf(instance, 'InstanceID'));
  return instances.map((instance, index) => {
    const values: Record<string, SettingValue> = {};
    for (const [name, value] of Object.entries(instance.values)) {
      if (value === null || IDENTITY.has(name) || name.startsWith('__')) continue;
      const setting = settingValue(name, value);
      values[name] = name === 'HostResource' ? links(references, setting) : setting;
    }
    const siblings = ids.filter((id, other): id is string => id !== null && other !== index);
    const parent = parentOf(references, parentText(instance), siblings);
    return {
      className: instance.class.name,
      instanceId: ids[index] ?? null,
      values,
      ...(parent === undefined ? {} : { parent }),
    };
  });
};

/** Parent is a text in the schema; a reference in form 2 of the text becomes a path. */
const parentText = (instance: CimInstance): string | null => {
  const value = instance.get('Parent');
  if (value instanceof ObjectPath) {
    const key = value.key('InstanceID');
    return typeof key === 'string' ? key : null;
  }
  return textOf(instance, 'Parent');
};

/** The target of a modify: its InstanceID (embedded-instances §4). @throws DomainError invalidParameter */
export const targetOf = (references: References, instance: CimInstance, index: number): SettingRef => {
  const id = textOf(instance, 'InstanceID');
  if (id === null) {
    throw new DomainError(
      'invalidParameter',
      `Element ${index} has no InstanceID. Give it the InstanceID of the setting to change.`,
    );
  }
  const found = references.settingOfId(id);
  if (found === undefined) {
    throw new DomainError(
      'invalidParameter',
      `No setting has the InstanceID "${shorten(id)}". Read the settings again and use one of theirs.`,
    );
  }
  return found.ref;
};

const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}...` : text);

export const isClass = (instance: CimInstance, ...names: readonly string[]): boolean =>
  names.some((name) => sameName(instance.class.name, name));
