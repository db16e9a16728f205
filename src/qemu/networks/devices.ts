import { lstat, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import { DEVICE_MARK } from '../../core/networks/host-bridges.ts';
import { runCommand } from '../supervise/run-command.ts';
import { whenThereIsRoom } from '../supervise/shortage.ts';
import { deviceArgument } from './device-names.ts';

const NET = '/sys/class/net';

export const ip = (...args: readonly string[]): Promise<string> => runCommand('ip', args);

export const deviceExists = async (name: string): Promise<boolean> =>
  lstat(join(NET, deviceArgument(name), 'ifindex')).then(
    () => true,
    () => false,
  );

/** Bridge that a device is a port of; null: none. */
export const masterOf = async (name: string): Promise<string | null> =>
  readlink(join(NET, deviceArgument(name), 'master')).then(
    (path) => basename(path),
    () => null,
  );

export const portsOf = (bridge: string): Promise<readonly string[]> =>
  whenThereIsRoom(() => readdir(join(NET, deviceArgument(bridge), 'brif'))).catch(() => []);

export const isMarked = async (name: string): Promise<boolean> =>
  whenThereIsRoom(() => readFile(join(NET, deviceArgument(name), 'ifalias'), 'utf8')).then(
    (alias) => alias.trim() === DEVICE_MARK,
    () => false,
  );

/** Names of all devices of the host. */
export const deviceNames = (): Promise<readonly string[]> => whenThereIsRoom(() => readdir(NET)).catch(() => []);

export const removeDevice = async (name: string): Promise<void> => {
  if (await deviceExists(name)) await ip('link', 'delete', 'dev', deviceArgument(name));
};

/**
 * A bridge of ours that is up, and on which the host is nobody: it has no addresses, answers no ARP, and takes nothing for
 * one of the host's own addresses. @throws DomainError inUse when a device of the name is somebody else's
 */
export async function makeBridge(name: string): Promise<void> {
  if (!(await deviceExists(name))) await ip('link', 'add', 'name', deviceArgument(name), 'type', 'bridge');
  // Between the two commands the service may have died: a bridge of our name without ports is ours all the same.
  else if (!(await isMarked(name)) && (await portsOf(name)).length > 0) throw foreign(name);
  await ip('link', 'set', 'dev', deviceArgument(name), 'alias', DEVICE_MARK);
  await setting('ipv6', name, 'disable_ipv6', '1');
  await setting('ipv4', name, 'rp_filter', '1');
  await ip('link', 'set', 'dev', deviceArgument(name), 'arp', 'off', 'up');
}

/** Also one that is gone already. Ports that are not ours stay, without it. */
export async function removeBridge(name: string): Promise<void> {
  if (!(await deviceExists(name))) return;
  if (!(await isMarked(name))) throw foreign(name);
  await removeDevice(name);
}

const foreign = (name: string): DomainError =>
  new DomainError(
    'inUse',
    `This host has a network device ${name} that the service did not make. Remove or rename it, then try again.`,
  );

/** Kernels without IPv6 have no such folder: then there is nothing to turn off. */
async function setting(family: 'ipv4' | 'ipv6', device: string, name: string, value: string): Promise<void> {
  const file = join('/proc/sys/net', family, 'conf', deviceArgument(device), name);
  await writeFile(file, value).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Makes a device a port of a bridge, up. */
export async function enslave(device: string, bridge: string): Promise<void> {
  await ip('link', 'set', 'dev', deviceArgument(device), 'master', deviceArgument(bridge), 'up');
}
