import type { EnumerationContexts } from '../../cim/enumerations/contexts.ts';
import { CimError } from '../../cim/errors.ts';
import type { CimBroker, Operation, OperationContext, OperationKind, OperationResults } from '../../cim/operations.ts';
import type { TellChange } from '../../http/change.ts';
import type { TellDenial } from '../../http/denial.ts';
import type { Reply } from '../envelope/reply.ts';
import type { SoapRequest } from '../envelope/request.ts';
import type { ObjectFamily } from '../envelope/resource-uri.ts';
import { type FailedOperation, faultOfCimError } from '../faults/from-cim-error.ts';
import { ObjectWriter } from '../objects/object-writer.ts';
import type { ItemSource } from './item-source.ts';
import type { WsmanLimits } from './limits.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What Identify tells (spec §5.1). */
export interface ServiceIdentity {
  readonly vendor: string;
  /** `d.d.d`, shown to authenticated callers only. */
  readonly osVersion: string;
  readonly securityProfiles: (tls: boolean) => readonly string[];
}

/** What operations tell the operator of the service. */
export interface OperationLog {
  info(details: object, message: string): void;
}

/** What the operations share. */
export interface WsmanService {
  readonly broker: CimBroker;
  readonly log: OperationLog;
  readonly limits: WsmanLimits;
  readonly contexts: EnumerationContexts<ItemSource>;
  readonly subscriptions: Subscriptions;
  readonly identity: ServiceIdentity;
  readonly writers: Writers;
  /** Hears of whoever is turned away before the broker is asked. */
  readonly turnedAway: TellDenial;
  /** Hears of what changes here without the broker: subscriptions. */
  readonly changed: TellChange;
}

/** One request on its way. */
export interface Call {
  readonly request: SoapRequest;
  readonly context: OperationContext;
  /** Time that is left for it, ms. */
  readonly timeoutMs: number;
  /** URL under which the client reached us, for subscription managers. */
  readonly endpointUrl: string;
}

export type Handler = (service: WsmanService, call: Call) => Promise<Reply>;

/** The four object writers: per URI family, classic or precise arrays. */
export class Writers {
  readonly #writers: ReadonlyMap<string, ObjectWriter>;
  constructor(broker: CimBroker) {
    const families: readonly ObjectFamily[] = ['wmi', 'dmtf'];
    this.#writers = new Map(
      families.flatMap((family) =>
        [false, true].map(
          (precise) =>
            [`${family}:${precise}`, new ObjectWriter(broker.repository, family, precise, broker.hostName)] as const,
        ),
      ),
    );
  }

  for(family: ObjectFamily, request: Pick<SoapRequest, 'preciseArrays'>): ObjectWriter {
    return this.#writers.get(`${family}:${request.preciseArrays}`)!;
  }
}

/** @throws WsmanFault for every CimError. */
export async function execute<K extends OperationKind>(
  service: WsmanService,
  call: Call,
  operation: Operation<K>,
  failed: FailedOperation,
): Promise<OperationResults[K]> {
  try {
    return await service.broker.execute<K>(call.context, operation);
  } catch (error) {
    throw asFault(error, failed);
  }
}

export const asFault = (error: unknown, failed: FailedOperation): unknown =>
  error instanceof CimError ? faultOfCimError(error, failed) : error;
