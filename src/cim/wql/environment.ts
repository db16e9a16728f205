import type { SchemaNamespace } from '../schema.ts';

/** What a query is compiled against. */
export interface WqlEnvironment {
  readonly schema: SchemaNamespace;
  readonly hostName: string;
  /** Folded names of string properties that hold object paths (decision K6). */
  readonly pathProperties: ReadonlySet<string>;
  /** In event queries a dotted path into a property that is no object is an error of its own (spec wql §7). */
  readonly events: boolean;
}
