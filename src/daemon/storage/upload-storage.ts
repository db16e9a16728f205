import { z } from 'zod';
import type { Store } from '../../core/ports.ts';
import type { Upload, UploadStorage } from '../../core/transfer/uploads.ts';

const record = z.object({
  id: z.string(),
  path: z.string(),
  size: z.number(),
  // Records of older services have none.
  sha256: z.string().nullable().default(null),
  owner: z.string(),
  startedAt: z.string(),
});

const PREFIX = 'upload:';

/** Uploads under way, among the settings of the service's store. */
export const uploadStorage = (store: Store): UploadStorage => ({
  load: async () =>
    [...(await store.load('settings'))]
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([, value]): Upload => record.parse(value)),
  save: (upload) => store.commit([{ table: 'settings', key: PREFIX + upload.id, value: upload }]),
  remove: (id) => store.commit([{ table: 'settings', key: PREFIX + id, value: null }]),
});
