import type { Readable } from 'node:stream';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Caller, OperationContext } from '../../cim/operations.ts';
import type { Identity } from '../access/identity.ts';
import type { Management } from '../management/management.ts';
import { problemOf } from '../problems/problem.ts';

export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a handler is given: checked input, who asks, and Hyper-V's API for that caller. */
export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  /** Members of a resource that the client wants; null: all. The others need not be told, and are not sent. */
  readonly fields: ReadonlySet<string> | null;
  readonly body: B;
  readonly identity: Identity;
  readonly caller: Caller;
  readonly context: OperationContext;
  readonly management: Management;
  /** Milliseconds that the client waits for jobs (`Prefer`). */
  readonly waitMs: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly raw: IncomingMessage;
  /** The body as it comes, of routes with `stream`; fails when whoever sends it is logged out. */
  readonly content: () => Readable;
  readonly tls: boolean;
}

export interface Reply {
  readonly status: number;
  /** JSON; null: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What its ETag stands for, where that is more than the body. */
  readonly revision?: unknown;
  /** Something else than JSON. */
  readonly content?: { readonly type: string; readonly data: Buffer | string | Readable };
  /** The route answers by itself: an event stream. */
  readonly hijack?: (response: ServerResponse) => void;
}

export interface AnswerDescription {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Media type when it is not JSON. */
  readonly type?: string;
}

/** One row of the table of routes: all that the server, the document and the tests know of it. */
export interface Route<P = unknown, Q = unknown, B = unknown> {
  /** operationId of OpenAPI. */
  readonly id: string;
  readonly verb: Verb;
  /** Below `/api/v1`, with `{name}` for parameters. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** `path` is not below /api/v1. */
  readonly root?: true;
  /** The answer has no end. */
  readonly endless?: true;
  /** Needs no credentials; everything else does (hardening test 1). */
  readonly open?: true;
  /** Its result has an ETag, and `fields` chooses members. */
  readonly resource?: true;
  /** Its answer is no resource, has an ETag all the same, and may be 304. */
  readonly tagged?: true;
  /** `If-Match` compares with the ETag of this. */
  revision?(call: Call<P, Q, unknown>): Promise<unknown>;
  /** May answer 202 with a job. */
  readonly long?: true;
  /**
   * Consists of several of Hyper-V's calls: it goes on to its end, whatever the client prefers (RFC 7240 §2), and when that client is
   * gone. What stopped at a job in the middle would leave a half of it.
   */
  readonly whole?: true;
  /** The body is not read before the handler is called. */
  readonly stream?: true;
  handle(call: Call<P, Q, B>): Promise<Reply>;
}

/** A row with its types inferred and then forgotten: the server checks input by the row's own schemas before it calls. */
export const route = <P, Q, B>(row: Route<P, Q, B>): Route => row;

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: 200,
  body,
  headers,
});
export const created = (location: string, body: unknown): Reply => ({ status: 201, body, headers: { location } });
export const gone: Reply = { status: 204 };

/** Beside the 200 of a change, or the 201 of a making. */
export const GONE_SINCE = { 204: { description: 'Done, and somebody has deleted it since' } } as const;

/** What a change has made of a thing: to say that it is not there would be to say that nothing was done. */
export const changed = async <T>(read: Promise<T>, tell: (told: T) => Reply = ok): Promise<Reply> => {
  try {
    return tell(await read);
  } catch (error) {
    if (problemOf(error)?.code === 'not-found') return gone;
    throw error;
  }
};

/** The same of a thing that it has made. */
export const made = (location: string, read: Promise<unknown>): Promise<Reply> =>
  changed(read, (body) => created(location, body));
