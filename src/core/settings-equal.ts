import type { SettingValue } from './model.ts';

const isList = (value: SettingValue | undefined): value is Extract<SettingValue, readonly unknown[]> =>
  Array.isArray(value);

/** Equal as CIM values: NULL equals missing, arrays element by element. */
export const sameValue = (a: SettingValue | undefined, b: SettingValue | undefined): boolean => {
  const left = a ?? null;
  const right = b ?? null;
  if (left === right) return true;
  if (!isList(left) || !isList(right)) return false;
  return left.length === right.length && left.every((item, index) => item === right[index]);
};
