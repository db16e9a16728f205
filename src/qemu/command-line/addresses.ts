/**
 * Where PCI devices sit. A saved state finds its devices by address, so addresses follow from what a device is and never
 * from the order in which things were plugged. Slots of the root bus of `pc` (i440fx) and `q35`:
 * pc: 0 host bridge, 1 ISA/IDE/USB/ACPI. q35: 0 host bridge, 0x1f LPC/SATA/SMBus.
 */
const BUILT_IN_SLOTS = { video: 2, channels: 3, balloon: 4, entropy: 5, usb: 6 } as const;
const PC_CONTROLLERS_AT = 8;
const PC_ADAPTERS_AT = 12;
/** q35: slots with eight root ports each, one function per port. */
const Q35_PORT_SLOTS = [0x10, 0x11] as const;

export const SCSI_CONTROLLERS = 4;
/** 8 synthetic and 4 emulated (object-model, default limits); q35 has a root port for 8 and no emulated ones. */
export const ADAPTER_SLOTS = { 1: 12, 2: 8 } as const;

export interface PciAddress {
  readonly bus: string;
  readonly addr: string;
}

const slotAddress = (slot: number): string => slot.toString(16);

export function builtInAddress(generation: 1 | 2, device: keyof typeof BUILT_IN_SLOTS): PciAddress {
  return { bus: generation === 1 ? 'pci.0' : 'pcie.0', addr: slotAddress(BUILT_IN_SLOTS[device]) };
}

export function controllerAddress(generation: 1 | 2, controller: number): PciAddress {
  return generation === 1
    ? { bus: 'pci.0', addr: slotAddress(PC_CONTROLLERS_AT + controller) }
    : { bus: rootPort(controller), addr: '0' };
}

export function adapterAddress(generation: 1 | 2, slot: number): PciAddress {
  return generation === 1
    ? { bus: 'pci.0', addr: slotAddress(PC_ADAPTERS_AT + slot) }
    : { bus: rootPort(SCSI_CONTROLLERS + slot), addr: '0' };
}

const rootPort = (port: number): string => `port${port}`;

/** Root ports of q35: only behind them a device can be plugged while the guest runs. */
export function rootPorts(): readonly object[] {
  return Array.from({ length: SCSI_CONTROLLERS + ADAPTER_SLOTS[2] }, (_, port) => {
    const slot = Q35_PORT_SLOTS[Math.floor(port / 8)] ?? Q35_PORT_SLOTS[0];
    return {
      driver: 'pcie-root-port',
      id: rootPort(port),
      bus: 'pcie.0',
      addr: `${slotAddress(slot)}.${port % 8}`,
      chassis: port + 1,
      multifunction: port % 8 === 0,
      // I/O ports are few (64 KiB, 4 KiB a bridge): virtio and AHCI do without.
      'io-reserve': 0,
    };
  });
}
