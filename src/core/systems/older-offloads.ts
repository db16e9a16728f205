import { createHash } from 'node:crypto';
import { kindRow } from '../devices/kinds.ts';
import type { DeviceSetting } from '../model.ts';

/** Parts in whatever case a client has written them. */
const partKey = (part: string): string => part.toLowerCase();

/** The connections that have settings of offloads. */
export const connectionsWithOffloads = (devices: readonly DeviceSetting[]): ReadonlySet<string> =>
  new Set(devices.flatMap(({ kind, parent }) => (kind === 'offload' && parent !== null ? [partKey(parent)] : [])));

/** Did somebody take them from the connection? */
export const lacksOffloads = ({ kind, part }: DeviceSetting, having: ReadonlySet<string>): boolean =>
  kind === 'ethernetConnection' && !having.has(partKey(part));

/**
 * Every connection is made with settings of offloads (resources/place-resources.ts). Those that were stored before that was so answer as
 * if they had been, with the defaults, unless `removed`. Their identifier follows from that of the connection: it is the same at each
 * start until a change of the system writes it down.
 */
export const withOffloads = (
  devices: readonly DeviceSetting[],
  removed: (index: number) => boolean,
): readonly DeviceSetting[] => {
  if (devices.every(({ kind }) => kind !== 'ethernetConnection')) return devices;
  const having = connectionsWithOffloads(devices);
  return devices.flatMap((device, index) =>
    lacksOffloads(device, having) && !removed(index) ? [device, offloadsOf(device)] : [device],
  );
};

const offloadsOf = ({ part }: DeviceSetting): DeviceSetting => {
  const { kind, featureId = '' } = kindRow('offload');
  const hash = createHash('sha256')
    .update(`vsms offload ${partKey(part)}`)
    .digest('hex')
    .toUpperCase();
  const guid = hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
  return { part: `${part}\\${featureId}\\${guid}`, kind, parent: part, values: {} };
};
