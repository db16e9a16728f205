import { DomainError } from '../../core/errors.ts';
import type { NatNetwork } from '../../core/model.ts';
import { DEVICE_MARK } from '../../core/networks/host-bridges.ts';
import {
  type HostAdapter,
  type HostNetwork,
  type InternalDevice,
  type NetworkFeature,
  NO_RULES,
  type PortMonitor,
  type PortPlace,
  type PortRules,
  type PortTraffic,
  type SwitchNetwork,
} from '../../core/networks/host-network.ts';
import { runCommand } from '../supervise/run-command.ts';
import { findLacks } from './abilities.ts';
import { hostAdapters, requireFree } from './adapters.ts';
import { deviceArgument, isNatBridge, isOurs, vlanBridge, vlanOf, vlanUplink } from './device-names.ts';
import {
  deviceExists,
  deviceNames,
  enslave,
  ip,
  isMarked,
  makeBridge,
  masterOf,
  portsOf,
  removeBridge,
  removeDevice,
} from './devices.ts';
import { filterScript, forgetScript } from './filter-script.ts';
import { limitPort, unlimitPort } from './limits.ts';
import { Mirrors } from './mirrors.ts';
import { portTraffic } from './port-traffic.ts';
import { closeNat, findFreeNetwork, openNat } from './nat.ts';

/** The host's network by ip, tc and nft. */
/** @param directory where DHCP servers keep their leases */
export const openLinuxNetwork = async (directory = '/run/vsms/networks'): Promise<HostNetwork> =>
  new LinuxNetwork(await findLacks(), directory);

/** One thing at a time: two ports of one VLAN would both make its bridge, or one remove it under the other. */
class LinuxNetwork implements HostNetwork {
  readonly #lacks: ReadonlyMap<NetworkFeature, string>;
  readonly #directory: string;
  readonly #mirrors = new Mirrors();
  #last: Promise<unknown> = Promise.resolve();

  constructor(lacks: ReadonlyMap<NetworkFeature, string>, directory: string) {
    this.#lacks = lacks;
    this.#directory = directory;
  }

  lacks(feature: NetworkFeature): string | null {
    return this.#lacks.get(feature) ?? null;
  }

  async adapters(): Promise<readonly HostAdapter[]> {
    return this.lacks('switches') === null ? hostAdapters() : [];
  }

  freeNetwork(): Promise<NatNetwork> {
    return findFreeNetwork();
  }

  apply(network: SwitchNetwork): Promise<void> {
    return this.#alone(() => this.#apply(network));
  }

  remove(network: SwitchNetwork): Promise<void> {
    return this.#alone(() => this.#remove(network));
  }

  plug(place: PortPlace): Promise<void> {
    return this.#alone(() => this.#plug(place));
  }

  unplug(device: string): Promise<void> {
    return this.#alone(() => this.#unplug(device));
  }

  async traffic(bridge: string): Promise<readonly PortTraffic[]> {
    const ports = await portsWithVlans(bridge);
    return (await Promise.all(ports.map(portTraffic))).filter((port) => port !== null);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  #require(feature: NetworkFeature): void {
    const reason = this.lacks(feature);
    if (reason !== null) throw new DomainError('notSupported', reason);
  }

  async #apply({ bridge, uplink, internal, nat }: SwitchNetwork): Promise<void> {
    this.#require('switches');
    await makeBridge(bridge);
    await this.#setUplink(bridge, uplink);
    const wanted = new Set(internal.map(({ end }) => end));
    for (const port of await internalEndsOf(bridge)) if (!wanted.has(port)) await this.#removeInternal(port);
    for (const device of internal) await this.#makeInternal(bridge, device);
    if (nat === null) return;
    this.#require('nat');
    await openNat(bridge, nat, this.#directory);
  }

  /** VLANs of the switch go the same way out. */
  async #setUplink(bridge: string, uplink: string | null): Promise<void> {
    const vlans = await vlansOf(bridge);
    const former = await uplinkOf(bridge);
    if (former === uplink) return;
    if (uplink !== null) {
      if (!(await deviceExists(uplink)))
        throw new DomainError(
          'notAvailable',
          `The host has no network adapter ${uplink} now. Plug it in, or choose another.`,
        );
      await requireFree(uplink);
    }
    if (former !== null) {
      for (const vlan of vlans) await removeDevice(vlanUplink(bridge, vlan));
      await ip('link', 'set', 'dev', deviceArgument(former), 'nomaster');
    }
    if (uplink === null) return;
    await enslave(uplink, bridge);
    for (const vlan of vlans) await this.#leadOut(bridge, vlan);
  }

  async #makeInternal(bridge: string, { device, end, mac, rules }: InternalDevice): Promise<void> {
    if (!(await deviceExists(device)))
      await ip('link', 'add', 'name', deviceArgument(device), 'type', 'veth', 'peer', 'name', deviceArgument(end));
    for (const one of [device, end]) await ip('link', 'set', 'dev', deviceArgument(one), 'alias', DEVICE_MARK);
    if (mac !== null) await ip('link', 'set', 'dev', device, 'address', (mac.match(/../g) ?? []).join(':'));
    await this.#plug({ device: end, bridge, rules });
    await ip('link', 'set', 'dev', device, 'up');
  }

  /** With one end of the pair the other goes too. */
  async #removeInternal(end: string): Promise<void> {
    await this.#unplug(end);
    await removeDevice(end);
  }

  async #remove({ bridge, nat }: SwitchNetwork): Promise<void> {
    if (nat !== null) await closeNat(bridge, nat, this.#directory);
    for (const end of await internalEndsOf(bridge)) await this.#removeInternal(end);
    for (const vlan of await vlansOf(bridge)) await removeVlan(bridge, vlan);
    await removeBridge(bridge);
  }

  async #plug({ device, bridge, rules }: PortPlace): Promise<void> {
    const former = await masterOf(device);
    if (bridge === null) {
      await ip('link', 'set', 'dev', deviceArgument(device), 'nomaster', 'down');
      await this.#dropRules(device);
    } else {
      if (!(await deviceExists(bridge))) throw noBridge(bridge);
      const vlan = rules?.vlan ?? null;
      const target = vlan === null ? bridge : await this.#vlanBridge(bridge, vlan);
      // Before the first frame can pass.
      await this.#setRules(device, rules, isOurs(target) && !isNatBridge(target));
      await enslave(device, target).catch((cause: unknown) => {
        throw noBridge(bridge, cause);
      });
    }
    await this.#mirror(device, bridge === null ? null : (rules?.monitor ?? null));
    await sweepVlan(former);
  }

  async #unplug(device: string): Promise<void> {
    const former = (await deviceExists(device)) ? await masterOf(device) : null;
    if (former !== null) await ip('link', 'set', 'dev', deviceArgument(device), 'nomaster', 'down');
    await this.#dropRules(device);
    await this.#mirror(device, null);
    await sweepVlan(former);
  }

  async #mirror(device: string, monitor: PortMonitor | null): Promise<void> {
    if (monitor !== null) this.#require('mirroring');
    if (this.lacks('mirroring') === null) await this.#mirrors.follow(device, monitor);
  }

  async #setRules(device: string, rules: PortRules | null, isolated: boolean): Promise<void> {
    if (rules !== null && (rules.filters.length > 0 || rules.dhcpGuard || rules.routerGuard)) this.#require('filters');
    if (rules !== null && rules.limit !== null) this.#require('bandwidthLimits');
    if (rules?.monitor !== undefined) this.#require('mirroring');
    if (this.lacks('filters') === null) {
      const script =
        rules === null && !isolated ? forgetScript(device) : filterScript(device, rules ?? NO_RULES, isolated);
      await runCommand('nft', ['-f', '-'], { input: script });
    }
    if (rules === null || rules.limit === null) await unlimitPort(device);
    else await limitPort(device, rules.limit);
  }

  async #dropRules(device: string): Promise<void> {
    if (this.lacks('filters') === null) await runCommand('nft', ['-f', '-'], { input: forgetScript(device) });
    await unlimitPort(device);
  }

  /** The bridge of a VLAN, made with its first port. */
  async #vlanBridge(bridge: string, vlan: number): Promise<string> {
    const name = vlanBridge(bridge, vlan);
    const isNew = !(await deviceExists(name));
    await makeBridge(name);
    try {
      if (isNew) await this.#leadOut(bridge, vlan);
    } catch (error) {
      await removeBridge(name);
      throw error;
    }
    return name;
  }

  /** Tagged frames leave by the adapter of the switch; those of a bridge that is not ours by the bridge itself. */
  async #leadOut(bridge: string, vlan: number): Promise<void> {
    const through = (await isMarked(bridge)) ? await uplinkOf(bridge) : bridge;
    if (through === null) return;
    this.#require('taggedUplink');
    const uplink = vlanUplink(bridge, vlan);
    await removeDevice(uplink);
    const tag = ['type', 'vlan', 'id', String(vlan)];
    await ip('link', 'add', 'link', deviceArgument(through), 'name', uplink, ...tag);
    await ip('link', 'set', 'dev', uplink, 'alias', DEVICE_MARK);
    await enslave(uplink, vlanBridge(bridge, vlan));
  }
}

const noBridge = (bridge: string, cause?: unknown): DomainError =>
  new DomainError(
    'invalidParameter',
    `There is no bridge ${bridge} on this host. Make it, or connect the adapter elsewhere.`,
    { cause },
  );

/** The port of a bridge of ours that is an adapter of the host. */
const uplinkOf = async (bridge: string): Promise<string | null> =>
  (await portsOf(bridge)).find((port) => !isOurs(port)) ?? null;

/** Ends of internal ports, in whatever VLAN of the switch they are. */
async function internalEndsOf(bridge: string): Promise<readonly string[]> {
  return (await portsWithVlans(bridge)).filter((port) => port.startsWith('vsp'));
}

/** Ports of the switch's own bridge and of those of its VLANs. */
async function portsWithVlans(bridge: string): Promise<readonly string[]> {
  const bridges = [bridge, ...(await vlansOf(bridge)).map((vlan) => vlanBridge(bridge, vlan))];
  return (await Promise.all(bridges.map(portsOf))).flat();
}

/** VLANs of a switch that have a bridge now. */
const vlansOf = async (bridge: string): Promise<readonly number[]> =>
  (await deviceNames()).flatMap((name) => vlanOf(bridge, name) ?? []);

async function removeVlan(bridge: string, vlan: number): Promise<void> {
  await removeDevice(vlanUplink(bridge, vlan));
  await removeBridge(vlanBridge(bridge, vlan));
}

/** The bridge of a VLAN goes with its last port. */
async function sweepVlan(bridge: string | null): Promise<void> {
  if (bridge === null || !/^vsv[0-9a-f]{12}$/.test(bridge)) return;
  const ports = await portsOf(bridge);
  if (ports.some((port) => !port.startsWith('vsu'))) return;
  for (const uplink of ports) await removeDevice(uplink);
  await removeBridge(bridge);
}
