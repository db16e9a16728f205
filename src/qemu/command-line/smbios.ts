import type { MachineLayout } from './layout.ts';
import { json, keyed, type Arguments } from './options.ts';

/** What the guest's DMI tables say. `-uuid` is the identity that adoption compares (spec qemu §7). */
export function smbiosArguments(layout: MachineLayout): Arguments {
  const { id, smbios } = layout.spec;
  return [
    '-uuid',
    id,
    ...keyed('-smbios', null, {
      type: '1',
      manufacturer: 'vsms',
      product: 'Virtual Machine',
      version: layout.spec.generation === 1 ? 'Generation 1' : 'Generation 2',
      serial: smbiosText(smbios.serial),
      uuid: smbios.uuid,
    }),
    ...keyed('-smbios', null, {
      type: '2',
      manufacturer: 'vsms',
      product: 'Virtual Machine',
      serial: smbiosText(smbios.boardSerial),
    }),
    ...keyed('-smbios', null, {
      type: '3',
      manufacturer: 'vsms',
      serial: smbiosText(smbios.chassisSerial),
      asset: smbiosText(smbios.assetTag),
    }),
  ];
}

/** Restored with another GUID, the device tells its guest, by ACPI, that it was set back or copied (K30). */
export function generationArguments({ generationId, spec }: MachineLayout): Arguments {
  return generationId ? json('-device', { driver: 'vmgenid', guid: spec.generationId.toLowerCase() }) : [];
}

/** SMBIOS strings are printable ASCII (DSP0134 §6.1.3 says no more than text set); a client may have written anything. */
function smbiosText(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?').slice(0, 64);
}
