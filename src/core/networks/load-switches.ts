import type { EthernetSwitch } from '../model.ts';
import type { Store } from '../ports.ts';
import { DEFAULT_SWITCH } from './default-switch.ts';
import { bridgeSwitch } from './host-bridges.ts';
import { isStored, ownSwitch } from './switch-record.ts';

/** The default switch, one for each bridge of the host, with the names that clients gave them, and those that clients made. */
export const loadSwitches = async (store: Store, bridges: readonly string[]): Promise<readonly EthernetSwitch[]> => {
  const stored = await store.load('switches');
  const found = [DEFAULT_SWITCH, ...bridges.map(bridgeSwitch)].map((one) => {
    const record = stored.get(one.id);
    return isStored(record) ? { ...one, name: record.name, notes: record.notes } : one;
  });
  const own = [...stored].flatMap(([id, record]) => ownSwitch(id, record) ?? []);
  return [...found, ...own];
};
