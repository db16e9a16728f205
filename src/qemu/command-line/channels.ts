import { builtInAddress } from './addresses.ts';
import { BALLOON, serialChardev } from './ids.ts';
import type { MachineLayout } from './layout.ts';
import { json, keyed, type Arguments } from './options.ts';

const SERIAL_PORTS = 2;

function listening(id: string, path: string): Arguments {
  return keyed('-chardev', 'socket', { id, path, server: true, wait: false });
}

/** Two QMP monitors: QEMU serves one client a monitor, so that tools need their own (spec qemu §6). */
export function monitorArguments(layout: MachineLayout): Arguments {
  return layout.sockets.monitors.flatMap((path, index) => [
    ...listening(`monitor${index}`, path),
    ...keyed('-mon', null, { chardev: `monitor${index}`, mode: 'control' }),
  ]);
}

/** COM1 and COM2, always there as on Hyper-V; one that is not connected swallows what the guest writes. */
export function serialArguments(layout: MachineLayout): Arguments {
  return Array.from({ length: SERIAL_PORTS }, (_, index) => {
    const path = layout.sockets.serial[index] ?? null;
    const chardev = serialChardev(index);
    return [
      ...(path === null ? keyed('-chardev', 'null', { id: chardev }) : listening(chardev, path)),
      ...json('-device', { driver: 'isa-serial', index, chardev }),
    ];
  }).flat();
}

/** Guest agent, balloon, entropy. The first two are there for `inbox` too: without a driver nobody misses them. */
export function paravirtualArguments(layout: MachineLayout): Arguments {
  const { generation, deviceModels } = layout.spec;
  return [
    ...json('-device', {
      driver: 'virtio-serial-pci',
      id: 'channels',
      max_ports: 4,
      ...builtInAddress(generation, 'channels'),
    }),
    ...listening('agent', layout.sockets.agent),
    ...json('-device', {
      driver: 'virtserialport',
      bus: 'channels.0',
      nr: 1,
      chardev: 'agent',
      name: 'org.qemu.guest_agent.0',
    }),
    ...json('-device', {
      driver: 'virtio-balloon-pci',
      id: BALLOON,
      'deflate-on-oom': true,
      'free-page-reporting': true,
      ...builtInAddress(generation, 'balloon'),
    }),
    ...(deviceModels === 'virtio'
      ? [
          ...json('-object', { 'qom-type': 'rng-random', id: 'entropy', filename: '/dev/urandom' }),
          ...json('-device', { driver: 'virtio-rng-pci', rng: 'entropy', ...builtInAddress(generation, 'entropy') }),
        ]
      : []),
  ];
}
