import { DomainError } from '../../core/errors.ts';
import type { AdapterSpec, MachineSpec } from '../../core/machine-spec.ts';
import { adapterAddress } from './addresses.ts';
import { adapterDevice, adapterPeer, hubPlugNetwork, hubPlugPort } from './ids.ts';
import type { HubPlug, MachineLayout, Wire } from './layout.ts';
import { json, type Arguments } from './options.ts';

type Description = { readonly [member: string]: unknown };

/** Adapter models (K27). The legacy adapter of Hyper-V is a DEC 21140: `tulip` for who expects it, e1000 for network boot. */
function adapterDriver(spec: Pick<MachineSpec, 'generation' | 'deviceModels'>, adapter: AdapterSpec): string {
  if (adapter.emulated) return spec.deviceModels === 'inbox' ? 'tulip' : 'e1000';
  if (spec.deviceModels === 'virtio') return 'virtio-net-pci';
  return spec.generation === 1 ? 'e1000' : 'e1000e';
}

const WITH_BOOT_ROM: ReadonlySet<string> = new Set(['e1000', 'e1000e', 'virtio-net-pci']);

export function adapterDeviceFor(
  spec: Pick<MachineSpec, 'generation' | 'deviceModels'>,
  adapter: AdapterSpec,
  options: { readonly slot: number; readonly bootIndex: number | undefined; readonly networkRoms: boolean },
): Description {
  const driver = adapterDriver(spec, adapter);
  return {
    driver,
    id: adapterDevice(adapter.id),
    netdev: adapterPeer(adapter.id),
    mac: colonMac(adapter.mac),
    ...adapterAddress(spec.generation, options.slot),
    ...(options.bootIndex === undefined ? {} : { bootindex: options.bootIndex }),
    // A missing ROM file would keep the whole machine from starting.
    ...(options.networkRoms && WITH_BOOT_ROM.has(driver) ? {} : { romfile: '' }),
  };
}

function colonMac(mac: string): string {
  if (!/^[0-9A-Fa-f]{12}$/.test(mac)) {
    throw new DomainError('invalidParameter', 'A MAC address is not 12 hexadecimal digits. Give it as 00155D010203.');
  }
  return (mac.match(/../g) ?? []).join(':').toLowerCase();
}

/** Back ends of an adapter, in the order in which they must be added. */
export function wireNetworks(adapterId: string, slot: number, wire: Wire): readonly Description[] {
  if (wire.kind === 'tap') return [tap(adapterPeer(adapterId), wire.device)];
  const hub = { type: 'hubport', id: adapterPeer(adapterId), hubid: slot + 1 };
  return wire.plug === null ? [hub] : [...plugNetworks(adapterId, slot, wire.plug), hub];
}

/** What a hub is plugged into. */
export function plugNetworks(adapterId: string, slot: number, plug: HubPlug): readonly Description[] {
  const id = hubPlugNetwork(adapterId);
  return [
    plug.kind === 'tap' ? tap(id, plug.device) : { type: 'user', id },
    { type: 'hubport', id: hubPlugPort(adapterId), hubid: slot + 1, netdev: id },
  ];
}

function tap(id: string, device: string): Description {
  return { type: 'tap', id, ifname: device, script: 'no', downscript: 'no' };
}

export function adapterArguments(layout: MachineLayout, bootIndexes: ReadonlyMap<string, number>): Arguments {
  const { spec, networkRoms } = layout;
  return spec.adapters.flatMap((adapter) => {
    const slot = layout.adapterSlots.get(adapter.id);
    const wire = layout.wires.get(adapter.id);
    if (slot === undefined || wire === undefined) throw new Error('an adapter without a slot or a wire');
    return [
      ...wireNetworks(adapter.id, slot, wire).flatMap((network) => json('-netdev', network)),
      ...json(
        '-device',
        adapterDeviceFor(spec, adapter, { slot, bootIndex: bootIndexes.get(adapter.id), networkRoms }),
      ),
    ];
  });
}
