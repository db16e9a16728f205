import { z } from 'zod';

/** Shapes that many routes share. */

const GUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

export const guid = z
  .string()
  .regex(GUID)
  .transform((id) => id.toUpperCase());
export const idParams = z.object({ id: guid });

export const paging = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(2000).optional(),
};

export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** What `word` of management/values tells: one of the words, or the code of a number that has none. */
export const wordSchema = <T extends string>(words: Readonly<Record<number, T>>) =>
  z.union([z.enum(Object.values<T>(words)), z.templateLiteral(['code', z.int()])]);

export const booleanQuery = z.enum(['true', 'false']).transform((given) => given === 'true');
