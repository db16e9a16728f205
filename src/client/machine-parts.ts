import type { CimClient } from './cim-client.ts';
import { textOf, type WireObject } from './object.ts';
import type { ClassName, ObjectOf } from './schema.ts';

/** Settings of a class of a machine, a plan or a checkpoint: their InstanceID begins with its id. */
export const partsOf = <C extends ClassName>(
  client: CimClient,
  className: C,
  configuration: string,
): AsyncGenerator<ObjectOf<C>> => client.query(queryOf(className, configuration)) as AsyncGenerator<ObjectOf<C>>;

/** The same by their InstanceID. */
export const settingsOf = async <C extends ClassName>(
  client: CimClient,
  className: C,
  configuration: string,
): Promise<ReadonlyMap<string, ObjectOf<C>['properties']>> => {
  const found = new Map<string, ObjectOf<C>['properties']>();
  for await (const { properties } of partsOf(client, className, configuration)) {
    const { InstanceID }: WireObject['properties'] = properties;
    found.set(textOf(InstanceID) ?? '', properties);
  }
  return found;
};

/** The first of them, or null. */
export const partOf = async <C extends ClassName>(
  client: CimClient,
  className: C,
  configuration: string,
): Promise<ObjectOf<C> | null> => client.first(queryOf(className, configuration));

const queryOf = (className: string, configuration: string): string =>
  `SELECT * FROM ${className} WHERE InstanceID LIKE 'Microsoft:${configuration}%'`;
