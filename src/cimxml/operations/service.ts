import type { EnumerationContexts } from '../../cim/enumerations/contexts.ts';
import { CimError } from '../../cim/errors.ts';
import type { CimBroker, OperationContext } from '../../cim/operations.ts';
import type { SchemaNamespace } from '../../cim/schema.ts';
import type { TellDenial } from '../../http/denial.ts';
import type { IntrinsicCall } from '../message/call.ts';
import type { InstanceWriter } from '../values/instance-writer.ts';
import type { PathWriter } from '../values/path-writer.ts';
import type { ValueContext } from '../values/value-writer.ts';
import type { CimxmlLimits } from './limits.ts';
import type { Parameters } from './parameters.ts';
import type { PullSource } from './pull-source.ts';

/** What operations tell the operator of the service. */
export interface OperationLog {
  info(details: object, message: string): void;
}

/** What the operations share. */
export interface CimxmlService {
  readonly broker: CimBroker;
  readonly log: OperationLog;
  readonly limits: CimxmlLimits;
  readonly contexts: EnumerationContexts<PullSource>;
  readonly paths: PathWriter;
  /** For whole instances. */
  readonly instances: InstanceWriter;
  /** Hears of whoever is turned away before the broker is asked. */
  readonly turnedAway: TellDenial;
}

/** Finished XML. */
export interface Answer {
  /** What stands in IRETURNVALUE, written as it is read; null: there is none. */
  readonly items: Iterable<string> | AsyncIterable<string> | null;
  /** RETURNVALUE and PARAMVALUEs. */
  readonly out: string;
  /** Why a method refused, for the header PGErrorDetail. */
  readonly detail?: string;
}

export const NOTHING: Answer = { items: null, out: '' };

export const one = (item: string): Answer => ({ items: [item], out: '' });

export const many = (items: Answer['items']): Answer => ({ items, out: '' });

/** One intrinsic operation on its way. */
export interface Request {
  readonly service: CimxmlService;
  readonly call: IntrinsicCall;
  readonly parameters: Parameters;
  readonly schema: SchemaNamespace;
  readonly context: OperationContext;
}

export interface IntrinsicOperation {
  /** Names of its parameters, as DSP0200 spells them. */
  readonly parameters: readonly string[];
  run(request: Request): Promise<Answer> | Answer;
}

/** @throws CimError invalidNamespace */
export function requireSchema(broker: CimBroker, namespace: string): SchemaNamespace {
  const schema = broker.repository.namespace(namespace);
  if (schema === undefined)
    throw new CimError('invalidNamespace', `There is no namespace ${namespace.replaceAll('\\', '/').slice(0, 200)}.`, {
      subject: namespace,
    });
  return schema;
}

export const valueContext = (service: CimxmlService, namespace: string): ValueContext => ({
  paths: service.paths,
  instance: (instance) => service.instances.instance(instance),
  namespace,
});

/** Items written one by one as they are asked for: no list of all is ever held. */
export function written<T>(
  items: Iterable<T> | AsyncIterable<T>,
  write: (item: T) => string,
): Iterable<string> | AsyncIterable<string> {
  return Symbol.iterator in items ? Iterator.from(items).map(write) : writtenLater(items, write);
}

async function* writtenLater<T>(items: AsyncIterable<T>, write: (item: T) => string): AsyncGenerator<string> {
  for await (const item of items) yield write(item);
}
