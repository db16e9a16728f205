import type { EthernetSwitch } from '../model.ts';
import type { Store } from '../ports.ts';
import { DEFAULT_SWITCH } from './default-switch.ts';
import { bridgeSwitch } from './host-bridges.ts';

/** What of a switch is ours to remember; the rest is found on the host. */
interface StoredSwitch {
  readonly name: string;
  readonly notes: string;
}

const isStored = (record: unknown): record is StoredSwitch =>
  typeof record === 'object' &&
  record !== null &&
  typeof (record as StoredSwitch).name === 'string' &&
  typeof (record as StoredSwitch).notes === 'string';

/** The default switch and one for each bridge of the host, with the names that clients gave them. */
export const loadSwitches = async (store: Store, bridges: readonly string[]): Promise<readonly EthernetSwitch[]> => {
  const stored = await store.load('switches');
  return [DEFAULT_SWITCH, ...bridges.map(bridgeSwitch)].map((found) => {
    const record = stored.get(found.id);
    return isStored(record) ? { ...found, name: record.name, notes: record.notes } : found;
  });
};
