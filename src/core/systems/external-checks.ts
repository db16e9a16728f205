import { firstText } from '../devices/effective.ts';
import { IMAGE_KINDS } from '../devices/wiring.ts';
import type { DiskMedia } from '../disks/disk-files.ts';
import type { DeviceKind, DeviceSetting } from '../model.ts';
import type { SystemsContext } from './context.ts';
import type { ConfigurationDraft } from './draft.ts';
import { invalid, quote } from './refusals.ts';

export const MEDIA_OF: Readonly<Record<DeviceKind, DiskMedia>> = {
  hardDiskImage: 'disk',
  cdImage: 'cd',
  floppyImage: 'floppy',
};

const SWITCH_LINK = /^switch:(.+)$/;

/** Id of the switch that a link names; null when it is none. */
export const switchOfLink = (link: string): string | null => SWITCH_LINK.exec(link)?.[1] ?? null;

type CheckContext = Pick<SystemsContext, 'graph' | 'disks' | 'paths'>;

/**
 * Files, switches and pipes that new or changed settings name must be there (management-service §2). Those of a plan stay
 * as recorded: validation reports them (K13).
 */
export const checkExternals = async (context: CheckContext, draft: ConfigurationDraft): Promise<void> => {
  if (draft.system.kind === 'planned') return;
  for (const device of draft.devices) {
    const before =
      draft.original.devices === draft.devices
        ? device
        : draft.original.devices.find((held) => held.part === device.part);
    if (before === device) continue;
    await checkDeviceExternals(context, device, before);
  }
};

const checkDeviceExternals = async (
  context: CheckContext,
  device: DeviceSetting,
  before: DeviceSetting | undefined,
): Promise<void> => {
  const name = device.kind === 'serialPort' ? 'Connection' : 'HostResource';
  const text = firstText(device, name);
  // A value that was there before is not asked again: a round trip must succeed whatever happened to the file since.
  if (text === null || (before !== undefined && firstText(before, name) === text)) return;
  if (device.kind === 'serialPort') {
    await context.paths.serialSocket(text);
    return;
  }
  if (IMAGE_KINDS.has(device.kind)) {
    await context.disks.inspect(text, MEDIA_OF[device.kind] ?? 'disk');
    return;
  }
  if (device.kind === 'ethernetConnection') {
    const id = switchOfLink(text);
    if (id === null || context.graph.switch(id) === undefined) {
      throw invalid(`${quote(text)} is no switch of this host. Give the path of an Msvm_VirtualEthernetSwitch.`);
    }
    return;
  }
  if (device.kind === 'physicalDisk') throw invalid(`${quote(text)} is no disk that this host passes through.`);
};
