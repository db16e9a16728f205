import { CimInstance } from '../../cim/instance.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import { formatPath } from '../../cim/path/format-path.ts';
import { parsePath } from '../../cim/path/parse-path.ts';
import type { CimClass } from '../../cim/schema.ts';
import type { CimScalar, CimValues } from '../../cim/values.ts';

type PlainScalar = string | number | boolean | null;

/** An instance as it lies in the store: plain data, references as the text of their paths. */
export interface IndicationRecord {
  /** Identifies the instance: its relative path, folded. */
  readonly key: string;
  readonly className: string;
  readonly values: Readonly<Record<string, PlainScalar | readonly PlainScalar[]>>;
  /** `HOST\user` in whose name it was made. */
  readonly owner: string;
}

/** Keeps subscriptions over a restart. What is saved is durable when the promise resolves. */
export interface IndicationStorage {
  load(): Promise<readonly IndicationRecord[]>;
  save(record: IndicationRecord): Promise<void>;
  remove(key: string): Promise<void>;
}

const HOME = { host: '.', namespace: '' };

/** The classes have no wider integers, no reals and no embedded objects. */
const plain = (value: CimScalar | null): PlainScalar =>
  value instanceof ObjectPath ? formatPath(value, HOME) : (value as PlainScalar);

export function toRecord(key: string, instance: CimInstance, owner: string): IndicationRecord {
  const values: Record<string, PlainScalar | readonly PlainScalar[]> = {};
  for (const [name, value] of Object.entries(instance.values)) {
    values[name] = Array.isArray(value)
      ? (value as readonly (CimScalar | null)[]).map(plain)
      : plain(value as CimScalar | null);
  }
  return { key, className: instance.class.name, values, owner };
}

export function fromRecord(cimClass: CimClass, record: IndicationRecord): CimInstance {
  const values: CimValues = {};
  for (const [name, value] of Object.entries(record.values)) {
    const reference = cimClass.property(name)?.type === 'reference' && typeof value === 'string';
    values[name] = reference ? parsed(value) : (value as CimValues[string]);
  }
  return new CimInstance(cimClass, values);
}

const parsed = (text: string): ObjectPath => {
  const { namespace, className, keys, singleton } = parsePath(text);
  return new ObjectPath(null, namespace, className, keys, singleton);
};
