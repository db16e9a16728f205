import { isIPv4, isIPv6 } from 'node:net';
import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import { numberValue } from '../../../core/devices/effective.ts';
import type { MachineFigures } from '../../../core/ports.ts';
import type { Projection } from '../../projection.ts';
import type { DeviceEntity } from '../entities.ts';

/** OperationalStatus of a component: does it hear from the guest (lifecycle §6). */
const CONTACT: Readonly<Record<MachineFigures['guestAgent'], { readonly status: number; readonly text: string }>> = {
  ok: { status: 2, text: 'OK' },
  absent: { status: 12, text: 'No Contact' },
  lost: { status: 13, text: 'Lost Communication' },
};

/** OperationalStatus[1] of the heartbeat: the state of the guest's applications (lifecycle §6, AppHealth sample). */
const APPLICATIONS_OK = { status: 2, text: 'OK' };
const APPLICATIONS_UNKNOWN = { status: 32896, text: 'Disabled' };

const COMPONENTS: ReadonlySet<string> = new Set([
  'Msvm_ShutdownComponent',
  'Msvm_KvpExchangeComponent',
  'Msvm_HeartbeatComponent',
  'Msvm_TimeSyncComponent',
  'Msvm_VssComponent',
  'Msvm_GuestServiceInterfaceComponent',
  'Msvm_RdvComponent',
]);

/** Contact with the guest as one number: Heartbeat of a summary, OperationalStatus[0] of components. */
export const contactStatus = (figures: MachineFigures | null): number =>
  CONTACT[figures?.guestAgent ?? 'absent'].status;

/** ApplicationHealth of a summary and OperationalStatus[1] of the heartbeat. */
export const applicationHealth = (figures: MachineFigures | null): number =>
  figures?.guestAgent === 'ok' ? APPLICATIONS_OK.status : APPLICATIONS_UNKNOWN.status;

/** Values of an integration component; {} for other devices. */
export const integrationValues = (
  projection: Projection,
  entity: DeviceEntity,
  figures: MachineFigures | null,
): CimValues => {
  if (!COMPONENTS.has(entity.className)) return {};
  const contact = CONTACT[figures?.guestAgent ?? 'absent'];
  const applications = contact.status === APPLICATIONS_OK.status ? APPLICATIONS_OK : APPLICATIONS_UNKNOWN;
  const heartbeat = entity.className === 'Msvm_HeartbeatComponent';
  const EnabledState = numberValue(entity.setting, 'EnabledState');
  return {
    EnabledState,
    RequestedState: 12,
    HealthState: 5,
    OperationalStatus: heartbeat ? [contact.status, applications.status] : [contact.status],
    StatusDescriptions: heartbeat ? [contact.text, applications.text] : [contact.text],
    ...(entity.className === 'Msvm_KvpExchangeComponent'
      ? {
          GuestIntrinsicExchangeItems: intrinsicItems(projection, figures),
          GuestExchangeItems: guestItems(projection, figures),
        }
      : {}),
  };
};

/** Source of items that the guest's integration services set by themselves (other-services §5). */
const INTRINSIC = 2;
/** Source of items that its programs set. */
const FROM_GUEST = 1;

/** What the guest agent tells of the guest, under the names of Hyper-V's own services; an empty array without it. */
const intrinsicItems = (projection: Projection, figures: MachineFigures | null): string[] => {
  const guest = figures?.guest ?? null;
  const addresses = guest?.interfaces.flatMap((one) => one.addresses.map(({ address }) => address)) ?? [];
  const [major, minor] = guest?.version?.split('.') ?? [];
  const items: Readonly<Record<string, string | null | undefined>> = {
    OSName: figures?.guestOperatingSystem,
    FullyQualifiedDomainName: guest?.hostName,
    OSVersion: guest?.kernel,
    OSMajorVersion: major,
    OSMinorVersion: minor,
    OSBuildNumber: guest?.kernel,
    ProcessorArchitecture: guest?.architecture,
    NetworkAddressIPv4: addresses.filter(isIPv4).join(';'),
    NetworkAddressIPv6: addresses.filter(isIPv6).join(';'),
  };
  return Object.entries(items).flatMap(([name, data]) => (data ? [item(projection, name, data)] : []));
};

/** What programs in the guest tell by themselves. */
const guestItems = (projection: Projection, figures: MachineFigures | null): string[] =>
  (figures?.guest?.exchange ?? []).map(({ name, data }) => item(projection, name, data, FROM_GUEST));

const item = (projection: Projection, Name: string, Data: string, Source: number = INTRINSIC): string =>
  printEmbedded(new CimInstance(projection.class('Msvm_KvpExchangeDataItem'), { Name, Data, Source }));
