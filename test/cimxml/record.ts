import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedExchange } from '../../src/http/recorder.ts';
import { conversationFiles, DIRECTORY, Player, readConversation } from './exchanges.ts';
import { startEndpoint } from './kit/endpoint.ts';

// Records the answers of every conversation anew: `node test/cimxml/record.ts`. Read the diff before you commit it.
for (const file of conversationFiles()) {
  const conversation = readConversation(file);
  await using endpoint = await startEndpoint();
  const player = new Player(endpoint);
  const exchanges: RecordedExchange[] = [];
  for (const exchange of conversation.exchanges) exchanges.push(await player.play(exchange));
  writeFileSync(join(DIRECTORY, file), `${JSON.stringify({ ...conversation, exchanges }, null, 2)}\n`);
}
