import { keyed, json, type Arguments } from './options.ts';
import type { MachineLayout } from './layout.ts';

/** OVMF in two flash chips: the code, read-only and shared; the variables, a private copy. */
export function firmwareArguments(layout: MachineLayout): Arguments {
  const { firmware, spec } = layout;
  const boot = keyed('-boot', null, { menu: false, strict: true });
  if (spec.firmware.kind === 'bios' || firmware === null) return boot;
  return [
    ...boot,
    ...json('-blockdev', {
      driver: 'raw',
      'node-name': 'firmware-code',
      'read-only': true,
      file: { driver: 'file', filename: firmware.code, 'read-only': true },
    }),
    ...json('-blockdev', {
      driver: 'raw',
      'node-name': 'firmware-variables',
      file: { driver: 'file', filename: firmware.variables },
    }),
    // Without it the guest's system could write variables past the firmware, and Secure Boot would mean nothing.
    ...(firmware.secure ? keyed('-global', null, { driver: 'cfi.pflash01', property: 'secure', value: true }) : []),
    // Sleep under OVMF with SMM does not come back.
    ...keyed('-global', null, { driver: 'ICH9-LPC', property: 'disable_s3', value: '1' }),
  ];
}

/** vTPM 2.0 by swtpm, which must listen already. */
export function tpmArguments(layout: MachineLayout): Arguments {
  if (layout.sockets.tpm === null) return [];
  return [
    ...keyed('-chardev', 'socket', { id: 'tpm', path: layout.sockets.tpm }),
    ...keyed('-tpmdev', 'emulator', { id: 'tpm0', chardev: 'tpm' }),
    ...json('-device', { driver: 'tpm-crb', tpmdev: 'tpm0' }),
  ];
}
