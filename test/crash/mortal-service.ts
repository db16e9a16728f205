import pino from 'pino';
import type { Store, StoreChange } from '../../src/core/ports.ts';
import { loadConfig } from '../../src/daemon/config.ts';
import { runService } from '../../src/daemon/service.ts';

/**
 * The service with a bomb between it and its store: as the daemon's main, but for what the test sends over the channel.
 * `arm` counts commits from zero and ends the process by SIGKILL before or after the chosen one has reached the disk.
 */
export type Order =
  | { readonly order: 'arm'; readonly commit: number; readonly when: 'before' | 'after' }
  | { readonly order: 'count' };

let commits = 0;
let fatal = -1;
let when: 'before' | 'after' = 'before';

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered before the next turn; nothing of this turn may happen any more.
  for (;;);
};

const mortal = (store: Store): Store => ({
  load: (table) => store.load(table),
  commit: async (changes: readonly StoreChange[]) => {
    const mine = commits++;
    if (mine === fatal && when === 'before') die();
    await store.commit(changes);
    if (mine === fatal) die();
  },
  close: () => store.close(),
});

process.on('message', (message: Order) => {
  if (message.order === 'arm') {
    commits = 0;
    fatal = message.commit;
    when = message.when;
  }
  process.send?.({ commits });
});

const config = loadConfig({ environment: process.env, flags: {}, root: process.getuid?.() === 0 });
const service = await runService(config, pino({ level: config.log_level }, pino.destination({ dest: 2, sync: true })), {
  wrapStore: mortal,
});
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)));
