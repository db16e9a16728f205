import { type Arguments, CimClient, type CimClientOptions, type InvokeResult, type Target } from '../cim-client.ts';
import type { Argument } from '../envelope.ts';
import type { Reference, WireObject } from '../object.ts';
import type { DefaultNamespace, InputOf, MethodOf, OutputOf, PropertyOf, QueriedProperty } from '../schema.ts';
import { classOf } from '../uris.ts';
import { objectOf, referenceTo, sentOf, valuesOf } from './cim-values.ts';
import { RestClient } from './client.ts';
import type { RestOptions } from './connection.ts';
import { RestError } from './error.ts';
import type { CimObject } from './generated/operations.ts';

/** Objects of one answer; the host tells no more. */
const MOST = 10_000;

/**
 * A vsms host by the part of its REST that has CIM names (`/api/v1/cim`), with the values that WS-Management tells. What is refused
 * before a method is called is RestError.
 */
export class RestCimClient<N extends string = DefaultNamespace> extends CimClient<N> {
  readonly #client: RestClient;

  constructor(options: RestOptions & CimClientOptions<N>) {
    super(options);
    this.#client = new RestClient(options);
  }

  close(): void {
    this.#client.close();
  }

  async get<const C extends string = string>(target: Target<C> | Reference): Promise<WireObject<PropertyOf<N, C>>> {
    const { body } = await this.#client.call('cimGet', { body: { ...this.#named(target), typed: true } });
    return objectOf(body);
  }

  async *query<const Q extends string>(wql: Q): AsyncGenerator<WireObject<QueriedProperty<N, Q>>> {
    for (const object of await this.#found(wql)) yield objectOf(object);
  }

  override async first<const Q extends string>(wql: Q): Promise<WireObject<QueriedProperty<N, Q>> | null> {
    const [object] = await this.#found(wql, 1);
    return object === undefined ? null : objectOf(object);
  }

  async *queryReferences(wql: string): AsyncGenerator<Reference> {
    for (const object of await this.#found(wql)) {
      const reference = referenceTo(object, this.namespace);
      if (reference !== null) yield reference;
    }
  }

  async invoke<const C extends string = string, const M extends MethodOf<N, C> = MethodOf<N, C>>(
    target: Target<C> | Reference,
    method: M,
    args: Arguments<InputOf<N, C, M>> = {},
  ): Promise<InvokeResult<OutputOf<N, C, M>>> {
    const given = Object.entries(args as Readonly<Record<string, Argument>>);
    const called = {
      ...this.#named(target),
      method,
      arguments: Object.fromEntries(given.map(([name, value]) => [name, sentOf(value)])),
      typed: true,
      wait: false,
    };
    try {
      const { status, body } = await this.#client.call('cimInvoke', { body: called });
      if (status !== 200) throw new RestError(`${method} has not been waited for.`, status);
      const out = valuesOf(body.out, body.types ?? {});
      return {
        returnValue: Number(body.returnValue),
        out: { ...out, ReturnValue: String(body.returnValue) },
        refusal: null,
      };
    } catch (error) {
      const refused = refusalOf(error);
      if (refused === null) throw error;
      return refused;
    }
  }

  /** @throws RestError ConnectionError; Error when there is more than one answer holds */
  async #found(query: string, limit = MOST): Promise<readonly CimObject[]> {
    const { body } = await this.#client.call('cimQuery', {
      body: { namespace: this.namespace, query, limit, typed: true },
    });
    if (body.truncated && limit === MOST)
      throw new Error(`More than ${MOST} objects: ask for fewer, or by WS-Management (--host).`);
    return body.items;
  }

  #named(target: Target | Reference) {
    const { namespace, className, selectors } =
      'resourceUri' in target
        ? { ...classOf(target.resourceUri), selectors: target.selectors }
        : { namespace: this.namespace, className: target.className, selectors: target.selectors ?? {} };
    return { namespace, className, keys: selectors };
  }
}

/** What a method refused, which is no error of the call; null: it is one. */
const refusalOf = (error: unknown): InvokeResult | null => {
  if (!(error instanceof RestError) || error.problem === null) return null;
  const { returnValue, method, detail } = error.problem;
  if (returnValue === null || method === null) return null;
  const Message = detail.startsWith(`${method} answered `) ? null : detail;
  return {
    returnValue,
    out: { ReturnValue: String(returnValue) },
    refusal: { className: 'Msvm_Error', properties: { Message } },
  };
};
