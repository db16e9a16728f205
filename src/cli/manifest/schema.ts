import { z } from 'zod';
import { megabytesOf } from '../byte-size.ts';

/** A machine as a file: what `vsms apply` makes true, and `vsms vm edit` shows. What is left out is not looked at. */

const name = z.string().min(1).max(256);
const LARGEST_MB = 1 << 30;
const MEGABYTES = 'is a whole number of MB, or a size like 4G';
const megabytes = z.union(
  [
    z.number().int().min(1).max(LARGEST_MB),
    z.string().transform((text, { addIssue }) => {
      const found = megabytesOf(text);
      if (found !== null && found >= 1 && found <= LARGEST_MB) return found;
      addIssue(MEGABYTES);
      return z.NEVER;
    }),
  ],
  { error: MEGABYTES },
);

const memory = z.union(
  [
    megabytes,
    z.strictObject({
      startup: megabytes,
      minimum: megabytes.optional(),
      maximum: megabytes.optional(),
      dynamic: z.boolean().optional(),
    }),
  ],
  { error: `${MEGABYTES}, or startup, minimum, maximum and dynamic` },
);

const disk = z.strictObject({
  file: z.string().min(1).max(4096).describe('as the host names it'),
  kind: z.enum(['disk', 'cd']).optional().describe('default: cd for .iso, else disk'),
  size: z
    .union([z.string(), z.number().int().min(1)])
    .optional()
    .describe('a disk that is not there is made, as VHDX or VHD: 20G, or bytes'),
});

const network = z.strictObject({
  switch: name.nullable().describe('null: not plugged in'),
  mac: z
    .string()
    .regex(/^(?:dynamic|(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2})$/, 'is dynamic, or an address like 02:00:00:12:34:56')
    .optional(),
  vlan: z.number().int().min(1).max(4094).nullable().optional(),
});

export const manifestSchema = z.strictObject({
  name,
  generation: z
    .union([z.literal(1), z.literal(2)])
    .optional()
    .describe('when it is made, default 2'),
  processors: z.number().int().min(1).max(2048).optional(),
  memory: memory.optional().describe('MB, or a size like 4G'),
  notes: z.string().max(65_536).optional(),
  secureBoot: z.boolean().optional(),
  automaticStart: z.enum(['nothing', 'start-if-running', 'start']).optional(),
  automaticStop: z.enum(['turn-off', 'save', 'shutdown']).optional(),
  serial: z.string().min(1).max(1000).nullable().optional().describe('COM1; null: not connected'),
  disks: z.array(disk).max(64).optional().describe('all of them: others are detached'),
  networks: z.array(network).max(12).optional().describe('all of them, in their order'),
  state: z.enum(['running', 'off', 'saved', 'paused']).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestDisk = z.infer<typeof disk>;
export type ManifestNetwork = z.infer<typeof network>;

/** JSON Schema of the file, for editors. */
export const manifestJsonSchema = (): unknown => z.toJSONSchema(manifestSchema, { io: 'input' });
