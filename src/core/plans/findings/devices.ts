import { deviceValue, firstText, numberValue } from '../../devices/effective.ts';
import { kindRow } from '../../devices/kinds.ts';
import { MAXIMUM_PROCESSORS } from '../../devices/processor-memory.ts';
import type { Configuration, DeviceSetting } from '../../model.ts';
import { checkDevice } from '../../systems/resources/device-rules.ts';
import { UNSERVABLE } from '../../systems/machine/machine-spec.ts';
import { quote } from '../../systems/refusals.ts';
import { type Check, type CheckSubject, type Finding, finding, ofDevice, refusalOf } from './finding.ts';
import { networkOf } from './networks.ts';

/** Devices of the active settings. */
export const checkDevices: Check = (subject) => devicesOf(subject, subject.plan.active);

export const devicesOf = async (subject: CheckSubject, configuration: Configuration): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  for (const device of configuration.devices) found.push(...(await deviceOf(subject, configuration, device)));
  return found;
};

const deviceOf = async (
  subject: CheckSubject,
  configuration: Configuration,
  device: DeviceSetting,
): Promise<readonly Finding[]> => {
  const { plan, context } = subject;
  const source = ofDevice(plan, configuration, device);
  const row = kindRow(device.kind);
  const quantity = numberValue(device, 'VirtualQuantity');
  if (device.kind === 'processor' && quantity > MAXIMUM_PROCESSORS) {
    return [
      finding(
        'processors',
        source,
        `The virtual machine has ${quantity} processors; this host gives a machine at most ${MAXIMUM_PROCESSORS}.`,
        {
          arguments: [String(quantity), String(MAXIMUM_PROCESSORS)],
          actions: ['Lower VirtualQuantity of the processor with ModifyResourceSettings.'],
        },
      ),
    ];
  }
  if (device.kind === 'memory' && quantity > context.host.memoryMb) {
    return [
      finding(
        'memory',
        source,
        `The virtual machine has ${quantity} MB of memory; this host has ${context.host.memoryMb} MB.`,
        {
          arguments: [String(quantity), String(context.host.memoryMb)],
          actions: [
            'Lower VirtualQuantity of the memory with ModifyResourceSettings; the virtual machine cannot start before.',
          ],
        },
      ),
    ];
  }
  if (UNSERVABLE.has(device.kind)) {
    return [
      finding(
        'hardware',
        source,
        `${row.elementName} stands for hardware of the source host that this host cannot pass through.`,
        {
          arguments: [row.elementName],
          actions: ['Remove it with RemoveResourceSettings.'],
        },
      ),
    ];
  }
  if (device.kind === 'security' && deviceValue(device, 'ShieldingRequested') === true) {
    return [
      finding('security', source, 'The virtual machine is shielded; its key cannot be unlocked on this host.', {
        actions: ['Remove the shielding on the source host and export the virtual machine again.'],
      }),
    ];
  }
  if (device.kind === 'ethernetConnection') {
    const network = networkOf(subject, configuration, device);
    if (network !== null) return [network];
  }
  const refused = await refusalOf(() => checkDevice(device));
  if (refused !== null) {
    return [
      finding('setting', source, `${row.elementName} has a value that this host does not take: ${refused.message}`, {
        actions: ['Change it with ModifyResourceSettings, or remove the setting.'],
      }),
    ];
  }
  return serialOf(subject, configuration, device);
};

const serialOf = async (
  { plan, context }: CheckSubject,
  configuration: Configuration,
  device: DeviceSetting,
): Promise<readonly Finding[]> => {
  const pipe = device.kind === 'serialPort' ? firstText(device, 'Connection') : null;
  if (pipe === null) return [];
  const refused = await refusalOf(() => context.paths.serialSocket(pipe));
  if (refused === null) return [];
  return [
    finding(
      'setting',
      ofDevice(plan, configuration, device),
      `The serial port cannot be connected to ${quote(pipe)}: ${refused.message}`,
      {
        arguments: [pipe],
        actions: ['Set Connection to \\\\.\\pipe\\NAME or to an empty text with ModifyResourceSettings.'],
      },
    ),
  ];
};
