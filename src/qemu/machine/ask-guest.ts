import { z } from 'zod';
import { DomainError } from '../../core/errors.ts';
import { QmpError } from '../../qmp/errors.ts';
import type { JsonObject } from '../../qmp/json-socket.ts';
import type { GuestAgent } from './guest-agent.ts';

/** A guest that is busy may take long for one answer, and a dead one must not hold a job for ever. */
export const ANSWER_LIMIT_MS = 20_000;

export const errorShape = z.object({ error: z.object({ desc: z.string() }) });

/** One request to the agent. @throws DomainError with what the guest says of its refusal, cut and made printable */
export const askGuest = async (
  agent: GuestAgent,
  execute: string,
  args: Readonly<Record<string, unknown>>,
): Promise<JsonObject> => {
  const answer = await agent.ask({ execute, arguments: args }, ANSWER_LIMIT_MS).catch((error: unknown) => {
    if (!(error instanceof QmpError)) throw error;
    throw new DomainError('timeout', 'The guest agent does not answer. Look whether it runs in the guest.', {
      cause: error,
    });
  });
  const refused = errorShape.safeParse(answer);
  if (!refused.success) return answer;
  const words = refused.data.error.desc.replaceAll(/\p{C}+/gu, ' ').slice(0, 200);
  throw new DomainError('failed', `The guest refused it. It says: ${words}`);
};
