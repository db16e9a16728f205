import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { tryParsePath } from '../../../cim/path/parse-path.ts';
import type { ResourceLink } from '../../../core/model.ts';
import type { Projection } from '../../projection.ts';
import { COMPUTER_SYSTEM } from '../systems/computer-system.ts';
import { isGuid } from './instance-id.ts';

/** What HostResource may denote besides files (object-model §5, wiring rules). */
const SWITCH = 'switch:';
const HOST = 'host:';
const EXTERNAL = 'external:';
const DISK = 'disk:';

const VIRTUAL_ETHERNET_SWITCH = 'Msvm_VirtualEthernetSwitch';
const EXTERNAL_PORTS = ['Msvm_ExternalEthernetPort', 'Msvm_WiFiPort'];
const DISK_DRIVE = 'Msvm_DiskDrive';

const hostDevice = (projection: Projection, className: string, deviceId: string): string =>
  projection.text(
    projection.path(className, {
      CreationClassName: className,
      DeviceID: deviceId,
      SystemCreationClassName: COMPUTER_SYSTEM,
      SystemName: projection.hostName,
    }),
  );

/** Canonical path text of what a link names; a file path and anything else we do not know stays as the client wrote it. */
export const renderResourceLink = (projection: Projection, link: ResourceLink): string => {
  if (link.startsWith(SWITCH)) {
    const Name = link.slice(SWITCH.length);
    return projection.text(
      projection.path(VIRTUAL_ETHERNET_SWITCH, { CreationClassName: VIRTUAL_ETHERNET_SWITCH, Name }),
    );
  }
  if (link === HOST) {
    return projection.text(
      projection.path(COMPUTER_SYSTEM, { CreationClassName: COMPUTER_SYSTEM, Name: projection.hostName }),
    );
  }
  if (link.startsWith(EXTERNAL))
    return hostDevice(projection, 'Msvm_ExternalEthernetPort', `Microsoft:${link.slice(EXTERNAL.length)}`);
  if (link.startsWith(DISK)) return hostDevice(projection, DISK_DRIVE, link.slice(DISK.length));
  return link;
};

/**
 * The link behind a HostResource text. A path to an object of a class we know becomes a link even if there is no such
 * object: whether it must exist is for the domain to say. Other text comes back unchanged.
 */
export const parseResourceLink = (projection: Projection, text: string): ResourceLink => {
  const path = tryParsePath(text);
  if (path === undefined || path.keys === null) return text;
  return linkOfPath(projection, path) ?? text;
};

const linkOfPath = (projection: Projection, path: ObjectPath): ResourceLink | null => {
  const className = fold(path.className);
  if (className === fold(VIRTUAL_ETHERNET_SWITCH)) {
    const name = path.key('Name');
    return typeof name === 'string' && isGuid(name) ? SWITCH + name.toUpperCase() : null;
  }
  if (className === fold(COMPUTER_SYSTEM)) {
    const name = path.key('Name');
    return typeof name === 'string' && fold(name) === fold(projection.hostName) ? HOST : null;
  }
  const deviceId = path.key('DeviceID');
  if (typeof deviceId !== 'string') return null;
  if (EXTERNAL_PORTS.some((name) => fold(name) === className)) return EXTERNAL + deviceId.replace(/^microsoft:/i, '');
  return className === fold(DISK_DRIVE) ? DISK + deviceId : null;
};
