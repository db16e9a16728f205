import type { Monitor } from '../supervise/monitor.ts';

/** Names of the devices that the guest has, of those that have one (command-line/ids.ts). */
export async function peripherals(monitor: Pick<Monitor, 'execute'>): Promise<ReadonlySet<string>> {
  const found = await monitor.execute('qom-list', { path: '/machine/peripheral' });
  return new Set(found.map(({ name }) => name));
}
