import type { CimClient } from './cim-client.ts';
import type { ClassName, ObjectOf } from './schema.ts';

/** Settings of a class of a machine, a plan or a checkpoint: their InstanceID begins with its id. */
export const partsOf = <C extends ClassName>(
  client: CimClient,
  className: C,
  configuration: string,
): AsyncGenerator<ObjectOf<C>> => client.query(queryOf(className, configuration)) as AsyncGenerator<ObjectOf<C>>;

/** The first of them, or null. */
export const partOf = async <C extends ClassName>(
  client: CimClient,
  className: C,
  configuration: string,
): Promise<ObjectOf<C> | null> => client.first(queryOf(className, configuration));

const queryOf = (className: string, configuration: string): string =>
  `SELECT * FROM ${className} WHERE InstanceID LIKE 'Microsoft:${configuration}%'`;
