import { parseEmbedded } from '../../cim/embedded/parse-embedded.ts';
import { CimError } from '../../cim/errors.ts';
import { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimBroker, OperationContext } from '../../cim/operations.ts';
import { V2 } from './names.ts';
import { text, texts } from './values.ts';

/** What went wrong in a job, or what it found: GetErrorEx (embedded-instances §3). None of a job that is gone. */
export const jobErrors = async (
  broker: CimBroker,
  context: OperationContext,
  path: ObjectPath,
): Promise<readonly CimInstance[]> => {
  const schema = broker.repository.namespace(V2);
  const errors = await broker
    .execute(context, { kind: 'invokeMethod', namespace: V2, path, method: 'GetErrorEx', args: {} })
    .then(
      ({ out }) => out['Errors'],
      (error: unknown) => {
        if (error instanceof CimError && error.code === 'notFound') return null;
        throw error;
      },
    );
  if (!Array.isArray(errors) || schema === undefined) return [];
  return (errors as readonly unknown[])
    .filter((error) => typeof error === 'string')
    .map((error) => {
      const { class: cimClass, values } = parseEmbedded(error, schema);
      return new CimInstance(cimClass, values);
    });
};

/** The message stands alone where a job tells it: what to do, and what it is about, are members of their own here. */
export const plainMessage = (error: CimInstance): string =>
  texts(error, 'RecommendedActions')
    .reduce((said, action) => said.replace(` ${action}`, ''), text(error, 'Message') ?? '')
    .replace(/ \((?:Instance|Virtual machine) ID [0-9A-F-]{36}\)$/i, '');
