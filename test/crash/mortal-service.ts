import pino from 'pino';
import { DomainError } from '../../src/core/errors.ts';
import { isEnded } from '../../src/core/jobs/job.ts';
import type { JobRecord } from '../../src/core/jobs/record.ts';
import type { HostNetwork } from '../../src/core/networks/host-network.ts';
import type { Store, StoreChange } from '../../src/core/ports.ts';
import { loadConfig } from '../../src/daemon/config/config.ts';
import { runService } from '../../src/daemon/service.ts';

/**
 * The service with a bomb between it and its store, and with no bridge and no adapter of its host: as the daemon's main, but for what
 * the test sends over the channel.
 * `arm` counts commits from zero and ends the process by SIGKILL before or after the chosen one has reached the disk; with a
 * `victim`, that process instead, and the service goes on. `refuse`: no commit from the chosen one on reaches the disk, as if that
 * were full, until `accept`.
 */
export type Order =
  | { readonly order: 'arm'; readonly commit: number; readonly when: 'before' | 'after'; readonly victim?: number }
  | { readonly order: 'refuse'; readonly commit: number }
  | { readonly order: 'accept' }
  | { readonly order: 'count' };

let commits = 0;
let fatal = -1;
let refused = Number.POSITIVE_INFINITY;
let when: 'before' | 'after' = 'before';

let victim: number | undefined;

const die = (): void => {
  if (victim !== undefined) {
    // It may be gone by itself.
    try {
      process.kill(victim, 'SIGKILL');
    } catch {}
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered before the next turn; nothing of this turn may happen any more.
  for (;;);
};

/** A percentage is written now and then, as time allows: it has no place in a count that must be the same each time. */
const isProgress = ([change, ...others]: readonly StoreChange[]): boolean => {
  if (change?.table !== 'jobs' || others.length > 0 || change.value === null) return false;
  const { job } = change.value as JobRecord;
  return !isEnded(job) && job.percent > 0;
};

const mortal = (store: Store): Store => ({
  load: (table) => store.load(table),
  commit: async (changes: readonly StoreChange[]) => {
    const mine = isProgress(changes) ? -2 : commits++;
    if (mine === fatal && when === 'before') die();
    if (commits > refused) throw new DomainError('failed', 'The store could not write: the disk is full.');
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
    victim = message.victim;
  }
  if (message.order === 'refuse') {
    commits = 0;
    refused = message.commit;
  }
  if (message.order === 'accept') refused = Number.POSITIVE_INFINITY;
  process.send?.({ commits });
});

/** A bridge or an adapter that another test makes on this host is no trace of what was done to the service. */
const ofItsOwn = (network: HostNetwork): HostNetwork => ({
  lacks: (feature) => network.lacks(feature),
  adapters: async () => [],
  freeNetwork: () => network.freeNetwork(),
  apply: (one) => network.apply(one),
  remove: (one) => network.remove(one),
  plug: (place) => network.plug(place),
  unplug: (device) => network.unplug(device),
  traffic: (bridge) => network.traffic(bridge),
});

const config = loadConfig({ environment: process.env, flags: {}, root: process.getuid?.() === 0 });
const service = await runService(config, pino({ level: config.log_level }, pino.destination({ dest: 2, sync: true })), {
  wrapStore: mortal,
  wrapNetwork: ofItsOwn,
  bridges: [],
});
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)));
