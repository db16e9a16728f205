import { z } from 'zod';
import { parseEmbedded } from '../../cim/embedded/parse-embedded.ts';
import { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { partIn } from '../configurations/part-id.ts';
import type { Management } from '../management/management.ts';
import { V2 } from '../management/names.ts';
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

/** The message stands alone where a job tells it: what to do, and what it is about, are members of their own here. */
const plainMessage = (error: CimInstance, actions: readonly string[]): string =>
  actions
    .reduce((said, action) => said.replace(` ${action}`, ''), text(error, 'Message') ?? '')
    .replace(/ \((?:Instance|Virtual machine) ID [0-9A-F-]{36}\)$/i, '');

const findingOf = (error: CimInstance): z.infer<typeof findingSchema> => {
  const source = text(error, 'ErrorSource');
  const part = partIn(source);
  const actions = texts(error, 'RecommendedActions');
  return {
    messageId: text(error, 'MessageID') ?? '',
    blocking: (number(error, 'PerceivedSeverity') ?? 0) >= HIGH,
    message: plainMessage(error, actions),
    arguments: [...texts(error, 'MessageArguments')],
    actions: [...actions],
    configurationId: idIn(source) ?? /\bName="([^"]*)"/.exec(source ?? '')?.[1] ?? null,
    sourceId: part === '' ? null : part,
  };
};

/** What a job found: GetErrorEx (embedded-instances §3). */
export const findingsOf = async (
  management: Management,
  job: ObjectPath,
): Promise<readonly z.infer<typeof findingSchema>[]> => {
  const { out } = await management.call(job, 'GetErrorEx', {});
  const schema = management.broker.repository.namespace(V2);
  const errors = out['Errors'];
  if (!Array.isArray(errors) || schema === undefined) return [];
  return (errors as readonly unknown[])
    .filter((error) => typeof error === 'string')
    .map((error) => {
      const { class: cimClass, values } = parseEmbedded(error, schema);
      return findingOf(new CimInstance(cimClass, values));
    });
};
