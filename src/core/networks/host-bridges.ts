import { createHash } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EthernetSwitch, Guid } from '../model.ts';

/** The same for the same bridge on every start: made of its name. */
export const bridgeSwitchId = (bridge: string): Guid => {
  const hash = createHash('sha256').update(`vsms bridge ${bridge}`).digest('hex');
  // The form of a name-based UUID (version 5, variant 1), so that no tool takes offence.
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const guid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return guid.toUpperCase();
};

/** What marks a device as made by a service of this kind: its bridges are not found but known. */
export const DEVICE_MARK = 'vsms';

/** Linux bridges of this host that the service did not make, by name; none where the host shows none. */
export const readHostBridges = async (directory = '/sys/class/net'): Promise<readonly string[]> => {
  const names = await readdir(directory).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        await access(join(directory, name, 'bridge'));
        const mark = await readFile(join(directory, name, 'ifalias'), 'utf8').catch(() => '');
        return mark.trim() === DEVICE_MARK ? null : name;
      } catch {
        return null;
      }
    }),
  );
  return found.filter((name) => name !== null).toSorted();
};

export const bridgeSwitch = (bridge: string): EthernetSwitch => ({
  id: bridgeSwitchId(bridge),
  name: bridge,
  kind: 'bridge',
  bridge,
  notes: '',
});
