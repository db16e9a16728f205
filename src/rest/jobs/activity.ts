import { z } from 'zod';

/** What a job does at the moment, by its JobStatus; null: no more than its description says. */
export const activitySchema = z
  .strictObject({
    text: z.string().describe('the same for all jobs of a kind'),
    file: z
      .strictObject({ name: z.string(), doneBytes: z.number(), totalBytes: z.number() })
      .nullable()
      .describe('the file that is worked on'),
  })
  .nullable();

const OF_FILE = /^([^:]+): '(.*)', (\d+) of (\d+) bytes$/s;

export const activityOf = (caption: string, status: string): z.infer<typeof activitySchema> => {
  if (status === '' || status === caption) return null;
  const [, text, name, done, total] = OF_FILE.exec(status) ?? [];
  return text === undefined || name === undefined
    ? { text: status, file: null }
    : { text, file: { name, doneBytes: Number(done), totalBytes: Number(total) } };
};
