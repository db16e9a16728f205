import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameCounters, PortTraffic } from '../../core/networks/host-network.ts';
import { deviceArgument } from './device-names.ts';

/** Counters of the kernel for one port of a bridge; null: it has gone meanwhile. */
export const portTraffic = async (device: string): Promise<PortTraffic | null> => {
  const directory = join('/sys/class/net', deviceArgument(device), 'statistics');
  const counters = async (way: 'rx' | 'tx'): Promise<FrameCounters> => {
    const [bytes = 0, frames = 0, dropped = 0] = await Promise.all(
      ['bytes', 'packets', 'dropped'].map(async (name) => Number(await readFile(join(directory, `${way}_${name}`)))),
    );
    return { bytes, frames, dropped };
  };
  try {
    // What the device of a port receives is what comes into the switch.
    const [received, sent] = await Promise.all([counters('rx'), counters('tx')]);
    return { device, leadsTo: leadsTo(device), received, sent };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENODEV' || code === 'EINVAL') return null;
    throw error;
  }
};

/** Taps of machines and ends of the host's devices have names that only this service gives (device-names.ts). */
const leadsTo = (device: string): PortTraffic['leadsTo'] => {
  if (/^vsms[0-9a-f]{11}$/.test(device)) return 'machine';
  return /^vsp[0-9a-f]{12}$/.test(device) ? 'host' : 'outside';
};
