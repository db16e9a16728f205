/** A WQL string literal. */
export const wqlText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** An object path as text; backslashes and quotes of key values escaped (spec object-model §1). */
export const pathText = (namespace: string, className: string, selectors: Readonly<Record<string, string>>): string => {
  const keys = Object.entries(selectors)
    .filter(([name]) => !name.startsWith('__'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  return `\\\\.\\${namespace}:${className}.${keys.join(',')}`;
};
