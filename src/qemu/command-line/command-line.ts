import { adapterArguments } from './adapters.ts';
import { rootPorts } from './addresses.ts';
import { bootIndexes } from './boot-order.ts';
import { monitorArguments, paravirtualArguments, serialArguments } from './channels.ts';
import { consoleArguments } from './console.ts';
import { driveArguments } from './drives.ts';
import { firmwareArguments, tpmArguments } from './firmware.ts';
import type { MachineLayout } from './layout.ts';
import { machineArguments } from './machine.ts';
import { json, keyed } from './options.ts';
import { NO_DEFAULTS, SANDBOX } from './sandbox.ts';
import { generationArguments, smbiosArguments } from './smbios.ts';

/**
 * Arguments of qemu-system-x86_64 for a machine. Pure. The machine's name is not among them: `-name` gets the id, so
 * that a rename needs no restart and a name reaches no option parser (hardening 15).
 * The guest does not run yet when QEMU is ready (`-S`): limits and links are set first.
 */
export function commandLine(layout: MachineLayout): readonly string[] {
  const indexes = bootIndexes(layout.spec);
  return [
    ...NO_DEFAULTS,
    ...SANDBOX,
    ...keyed('-name', null, { guest: layout.spec.id }),
    '-pidfile',
    layout.pidFile,
    '-S',
    ...(layout.incoming ? ['-incoming', 'defer'] : []),
    '-msg',
    'timestamp=on',
    ...machineArguments(layout),
    ...firmwareArguments(layout),
    ...smbiosArguments(layout),
    ...generationArguments(layout),
    ...monitorArguments(layout),
    ...(layout.spec.generation === 2 ? rootPorts().flatMap((port) => json('-device', port)) : []),
    ...consoleArguments(layout),
    ...serialArguments(layout),
    ...paravirtualArguments(layout),
    ...tpmArguments(layout),
    ...driveArguments(layout, indexes),
    ...adapterArguments(layout, indexes),
  ].map((argument) => {
    if (argument.includes('\0')) throw new RangeError('a NUL in an argument of QEMU');
    return argument;
  });
}
