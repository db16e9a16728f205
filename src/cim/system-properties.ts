import type { CimInstance } from './instance.ts';
import { fold } from './names.ts';
import { formatPath, formatRelativePath } from './path/format-path.ts';
import type { CimClass } from './schema.ts';
import type { CimType, CimValue } from './values.ts';

/** One of WMI's system properties; every object has them, no schema declares them. */
export interface SystemProperty {
  readonly name: string;
  readonly type: CimType;
  readonly array: boolean;
  readonly path: boolean;
  of(instance: CimInstance, hostName: string): CimValue;
}

const dynasty = (cimClass: CimClass): string => cimClass.derivation.at(-1) ?? cimClass.name;

const text = (name: string, of: SystemProperty['of'], path = false): SystemProperty => ({
  name,
  type: 'string',
  array: false,
  path,
  of,
});

/** `__GENUS` of an instance; of a class it is 1. */
const INSTANCE_GENUS = 2;

const ALL: readonly SystemProperty[] = [
  text('__CLASS', (i) => i.class.name),
  text('__SUPERCLASS', (i) => i.class.superclass?.name ?? null),
  text('__DYNASTY', (i) => dynasty(i.class)),
  text('__NAMESPACE', (i) => i.class.namespace),
  text('__SERVER', (_i, hostName) => hostName),
  text('__PATH', (i, host) => pathText(i, host, formatPath), true),
  text('__RELPATH', (i, host) => pathText(i, host, formatRelativePath), true),
  { name: '__GENUS', type: 'sint32', array: false, path: false, of: () => INSTANCE_GENUS },
  { name: '__PROPERTY_COUNT', type: 'sint32', array: false, path: false, of: (i) => i.class.properties.length },
  { name: '__DERIVATION', type: 'string', array: true, path: false, of: (i) => i.class.derivation },
];

const BY_NAME = new Map(ALL.map((p) => [fold(p.name), p]));

export const systemProperty = (name: string): SystemProperty | undefined =>
  name.startsWith('__') ? BY_NAME.get(fold(name)) : undefined;

/** `__PATH` is NULL for objects without keys, such as events. */
function pathText(instance: CimInstance, host: string, format: typeof formatPath): string | null {
  const path = instance.path();
  return path === null ? null : format(path, { host, namespace: instance.class.namespace });
}
