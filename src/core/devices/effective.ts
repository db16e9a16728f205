import type { Configuration, DeviceSetting, SettingValue, SettingValues } from '../model.ts';
import { kindRow } from './kinds.ts';

/** All values of a setting, defaults of its kind filled in; InstanceID and Parent are not among them. */
export const effectiveDevice = (setting: DeviceSetting): SettingValues => ({
  ...kindRow(setting.kind).defaults,
  ...setting.values,
});

/** One value of a setting; null when neither the setting nor its kind has it. */
export const deviceValue = (setting: DeviceSetting, name: string): SettingValue => {
  const own = setting.values[name];
  return own === undefined ? (kindRow(setting.kind).defaults[name] ?? null) : own;
};

/** Do two texts name the same setting? */
export const samePart = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase();

export const findDevice = (configuration: Pick<Configuration, 'devices'>, part: string): DeviceSetting | undefined =>
  configuration.devices.find((device) => samePart(device.part, part));

export const childrenOf = (configuration: Pick<Configuration, 'devices'>, part: string): readonly DeviceSetting[] =>
  configuration.devices.filter((device) => device.parent !== null && samePart(device.parent, part));

/** First text of HostResource or Connection; null when it has none. */
export const firstText = (setting: DeviceSetting, name: 'HostResource' | 'Connection'): string | null => {
  const value = deviceValue(setting, name);
  const first = Array.isArray(value) ? value[0] : null;
  return typeof first === 'string' && first !== '' ? first : null;
};

export const numberValue = (setting: DeviceSetting, name: string): number => {
  const value = deviceValue(setting, name);
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : 0;
};
