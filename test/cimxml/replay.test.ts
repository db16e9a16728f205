import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { conversationFiles, Player, readConversation } from './exchanges.ts';
import { startEndpoint } from './kit/endpoint.ts';

const label = (request: string): string => /METHODCALL NAME="(\w+)"/.exec(request)?.[1] ?? 'unknown';

describe('recorded exchanges of CIM-XML', () => {
  for (const file of conversationFiles()) {
    const { client, exchanges } = readConversation(file);
    test(`${client}: ${exchanges.map((e) => label(e.request)).join(', ')}`, async () => {
      await using endpoint = await startEndpoint();
      const player = new Player(endpoint);
      for (const [at, exchange] of exchanges.entries())
        assert.deepEqual(
          await player.play(exchange),
          exchange,
          `${file}, exchange ${at + 1}: ${label(exchange.request)}`,
        );
    });
  }
});
