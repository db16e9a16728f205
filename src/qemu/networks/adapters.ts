import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import type { HostAdapter } from '../../core/networks/host-network.ts';
import { deviceArgument, isOurs } from './device-names.ts';
import { ip } from './devices.ts';

/** What `ip -json -details link` says of a device, as far as it is needed. */
interface Link {
  readonly ifname?: string;
  readonly address?: string;
  readonly mtu?: number;
  readonly operstate?: string;
  readonly link_type?: string;
  readonly master?: string;
  readonly linkinfo?: { readonly info_kind?: string };
}

/** Kinds of devices that are like an adapter; one of hardware has none. */
const LIKE_ADAPTERS: ReadonlySet<string> = new Set(['bond', 'team', 'vlan', 'veth', 'macvlan', 'dummy']);

/** Adapters that are free, or a port of a switch of ours: one that another bridge has is that one's business. */
export async function hostAdapters(): Promise<readonly HostAdapter[]> {
  const links = JSON.parse(await ip('-json', '-details', 'link', 'show')) as readonly Link[];
  const usable = links.filter(
    ({ ifname, link_type: type, linkinfo, master }) =>
      ifname !== undefined &&
      type === 'ether' &&
      !isOurs(ifname) &&
      (linkinfo?.info_kind === undefined || LIKE_ADAPTERS.has(linkinfo.info_kind)) &&
      (master === undefined || isOurs(master)),
  );
  return Promise.all(usable.map(adapterOf));
}

async function adapterOf(link: Link): Promise<HostAdapter> {
  const device = link.ifname ?? '';
  const folder = join('/sys/class/net', device);
  const speed = Number(await readFile(join(folder, 'speed'), 'utf8').catch(() => '-1'));
  return {
    device,
    mac: (link.address ?? '').replaceAll(':', '').toUpperCase(),
    wireless: await access(join(folder, 'wireless')).then(
      () => true,
      () => false,
    ),
    linkUp: link.operstate === 'UP' || link.operstate === 'UNKNOWN',
    speed: speed > 0 ? BigInt(speed) * 1_000_000n : null,
    mtu: link.mtu ?? 1500,
  };
}

interface Addresses {
  readonly addr_info?: readonly { readonly local?: string; readonly scope?: string }[];
}

/** An adapter by which the host itself is reached must not be taken away from it. @throws DomainError invalidState */
export async function requireFree(device: string): Promise<void> {
  const found = JSON.parse(await ip('-json', 'address', 'show', 'dev', deviceArgument(device))) as readonly Addresses[];
  const used = found.flatMap(({ addr_info: held }) => held ?? []).filter(({ scope }) => scope === 'global');
  if (used.length === 0) return;
  throw new DomainError(
    'invalidState',
    `The network adapter ${device} carries addresses of the host (${used.map(({ local }) => local).join(', ')}), which would be cut off. Take them away first, or choose an adapter that the host does not use itself.`,
  );
}
