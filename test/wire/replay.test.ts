import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startEndpoint } from '../wsman/kit/endpoint.ts';
import { conversationFiles, Player, readConversation } from './exchanges.ts';

/** A test's name for an exchange: the last word of its Action. */
const label = (request: string): string => /Action[^>]*>[^<]*?(\w+)\s*</.exec(request)?.[1] ?? 'Identify';

describe('recorded exchanges', () => {
  for (const file of conversationFiles()) {
    const { client, exchanges } = readConversation(file);
    test(`W-117 ${client}: ${exchanges.map((e) => label(e.request)).join(', ')}`, async () => {
      await using endpoint = await startEndpoint();
      const player = new Player(endpoint);
      for (const [at, exchange] of exchanges.entries()) {
        assert.deepEqual(
          await player.play(exchange),
          exchange,
          `${file}, exchange ${at + 1}: ${label(exchange.request)}`,
        );
      }
    });
  }
});
