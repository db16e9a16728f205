import { z } from 'zod';
import type { IndicationStorage } from '../../cimxml/indications/records.ts';
import type { Store } from '../../core/ports.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const record = z.object({
  key: z.string(),
  className: z.string(),
  values: z.record(z.string(), z.union([scalar, z.array(scalar)])),
  owner: z.string(),
});

const PREFIX = 'indication:';

/** Filters, listeners and subscriptions among the settings of the service's store. */
export const indicationStorage = (store: Store): IndicationStorage => ({
  load: async () =>
    [...(await store.load('settings'))]
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([, value]) => record.parse(value)),
  save: (saved) => store.commit([{ table: 'settings', key: PREFIX + saved.key, value: saved }]),
  remove: (key) => store.commit([{ table: 'settings', key: PREFIX + key, value: null }]),
});
