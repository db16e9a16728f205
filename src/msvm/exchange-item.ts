import { parseEmbedded } from '../cim/embedded/parse-embedded.ts';
import { EmbeddedError } from '../cim/embedded/raw-instance.ts';
import type { SchemaNamespace } from '../cim/schema.ts';

/** Reads what `HostExchangeItems` keeps: a Msvm_KvpExchangeDataItem as text. Null: it is none, or has no name. */
export const exchangeItemReader =
  (schema: SchemaNamespace) =>
  (text: string): { readonly name: string; readonly data: string } | null => {
    try {
      const { Name, Data } = parseEmbedded(text, schema).values;
      return typeof Name === 'string' && Name !== ''
        ? { name: Name, data: typeof Data === 'string' ? Data : '' }
        : null;
    } catch (error) {
      // An import brings texts of another program.
      if (error instanceof EmbeddedError) return null;
      throw error;
    }
  };
