import type { DeviceSetting } from '../model.ts';
import { newGuid } from './identifiers.ts';

export interface RenamedDevices {
  readonly devices: readonly DeviceSetting[];
  /** A part as it is called now. */
  readonly rename: (part: string) => string;
}

/**
 * Devices with new identifiers. `named` gives the beginning of a device's part that ends in a GUID of its own: that GUID is
 * made new, there and in the parts of all that stands below. Null: the device has none; its record stays.
 */
export const renameDevices = (
  devices: readonly DeviceSetting[],
  named: (device: DeviceSetting) => string | null,
): RenamedDevices => {
  const renamed = new Map<string, string>();
  for (const device of devices) {
    const own = named(device);
    if (own !== null && !renamed.has(own)) renamed.set(own, newGuid());
  }
  const rename = (part: string): string => {
    const segments = part.split('\\');
    return segments.map((segment, index) => renamed.get(segments.slice(0, index + 1).join('\\')) ?? segment).join('\\');
  };
  return {
    devices: devices.map((device) => {
      const part = rename(device.part);
      const parent = device.parent === null ? null : rename(device.parent);
      return part === device.part && parent === device.parent ? device : { ...device, part, parent };
    }),
    rename,
  };
};

/** A connection is named by its last GUID, which is also the name of its port on the switch (object-model §5, §7). */
export const namedPort = ({ kind, part }: DeviceSetting): string | null =>
  kind === 'ethernetConnection' ? part : null;
