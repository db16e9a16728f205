import { builtInAddress } from './addresses.ts';
import type { MachineLayout } from './layout.ts';
import { json, keyed, type Arguments } from './options.ts';

/** Display, keyboard (PS/2, part of the machine) and a pointer that takes absolute positions; VNC on a private socket. */
export function consoleArguments(layout: MachineLayout): Arguments {
  const { generation } = layout.spec;
  return [
    '-display',
    'none',
    // By its key: a first word with = in it would be taken for another option.
    ...keyed('-vnc', null, { vnc: `unix:${layout.sockets.vnc}`, share: 'force-shared' }),
    ...json('-device', { driver: 'VGA', id: 'video0', vgamem_mb: 16, ...builtInAddress(generation, 'video') }),
    // UHCI for generation 1: the only USB controller that its old guests have a driver for.
    ...(generation === 1
      ? json('-device', { driver: 'piix3-usb-uhci', id: 'usb', bus: 'pci.0', addr: '1.2' })
      : json('-device', { driver: 'qemu-xhci', id: 'usb', ...builtInAddress(generation, 'usb') })),
    ...json('-device', { driver: 'usb-tablet', id: 'pointer', bus: 'usb.0' }),
  ];
}
