import { z } from 'zod';
import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { partIn } from '../configurations/part-id.ts';
import type { Management } from '../management/management.ts';
import { plainMessage } from '../management/job-errors.ts';
import { idIn, number, text, texts } from '../management/values.ts';

export const findingSchema = z
  .strictObject({
    messageId: z.string(),
    blocking: z.boolean(),
    message: z.string(),
    arguments: z.array(z.string()),
    actions: z.array(z.string()),
    configurationId: z.string().nullable().describe('plan or checkpoint that it is about'),
    sourceId: z.string().nullable().describe('device that it is about'),
  })
  .meta({ id: 'Finding' });

/** PerceivedSeverity from which on an error stands in the way (planned-systems §6). */
const HIGH = 4;

const findingOf = (error: CimInstance): z.infer<typeof findingSchema> => {
  const source = text(error, 'ErrorSource');
  const part = partIn(source);
  return {
    messageId: text(error, 'MessageID') ?? '',
    blocking: (number(error, 'PerceivedSeverity') ?? 0) >= HIGH,
    message: plainMessage(error),
    arguments: [...texts(error, 'MessageArguments')],
    actions: [...texts(error, 'RecommendedActions')],
    configurationId: idIn(source) ?? /\bName="([^"]*)"/.exec(source ?? '')?.[1] ?? null,
    sourceId: part === '' ? null : part,
  };
};

/** What a job found. */
export const findingsOf = async (
  management: Management,
  job: ObjectPath,
): Promise<readonly z.infer<typeof findingSchema>[]> => (await management.errorsOf(job)).map(findingOf);
