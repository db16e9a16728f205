import { deviceValue, firstText } from '../../devices/effective.ts';
import { kindRow } from '../../devices/kinds.ts';
import { IMAGE_KINDS } from '../../devices/wiring.ts';
import type { DiskMedia } from '../../disks/disk-files.ts';
import { DomainError } from '../../errors.ts';
import type { DeviceKind, DeviceSetting } from '../../model.ts';
import { neededFor, portRules } from '../../networks/port-rules.ts';
import type { SystemsContext } from '../context.ts';
import type { ConfigurationDraft } from '../draft.ts';
import { invalid, quote } from '../refusals.ts';

export const MEDIA_OF: Readonly<Record<DeviceKind, DiskMedia>> = {
  hardDiskImage: 'disk',
  cdImage: 'cd',
  floppyImage: 'floppy',
};

const SWITCH_LINK = /^switch:(.+)$/;

/** Id of the switch that a link names; null when it is none. */
export const switchOfLink = (link: string): string | null => SWITCH_LINK.exec(link)?.[1] ?? null;

type CheckContext = Pick<SystemsContext, 'graph' | 'disks' | 'paths' | 'network' | 'pools'>;

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
    if (takesAnew(device, before)) await context.pools.checkSetting(device);
    checkRules(context, draft, device);
  }
};

/** What is asked of a port must be done by the host, or is refused: rules that mean nothing are worse than none (K31). */
const checkRules = ({ graph, network }: CheckContext, draft: ConfigurationDraft, changed: DeviceSetting): void => {
  const isFeature = kindRow(changed.kind).featureId !== undefined;
  const connection = isFeature && changed.parent !== null ? draft.find(changed.parent) : changed;
  if (connection?.kind !== 'ethernetConnection') return;
  const features = draft.children(connection.part);
  if (features.some((feature) => deviceValue(feature, 'Stateful') === true))
    throw new DomainError(
      'notSupported',
      'Stateful access rules need connection tracking in bridges, which this service does not use. Set Stateful to FALSE.',
    );
  const link = firstText(connection, 'HostResource');
  const id = link === null ? null : switchOfLink(link);
  const target = id === null ? undefined : graph.switch(id);
  if (target === undefined) return;
  const rules = portRules(null, features);
  const needed = neededFor(rules);
  const inProcess = target.bridge === null && (needed.length > 0 || rules.vlan !== null);
  const tagged = rules.vlan !== null && (target.kind === 'external' || target.kind === 'bridge');
  for (const feature of [
    ...(inProcess ? (['userModeRules'] as const) : needed),
    ...(tagged ? (['taggedUplink'] as const) : []),
  ]) {
    const reason = network.lacks(feature);
    if (reason !== null) throw new DomainError('notSupported', reason);
  }
};

/** From another pool, or something else of it. */
const takesAnew = (device: DeviceSetting, before: DeviceSetting | undefined): boolean =>
  before === undefined ||
  deviceValue(before, 'PoolID') !== deviceValue(device, 'PoolID') ||
  firstText(before, 'HostResource') !== firstText(device, 'HostResource');

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
