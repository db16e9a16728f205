import type { CimInstance } from '../../cim/instance.ts';
import type { CimValue } from '../../cim/values.ts';
import { instanceIdOf, partIn } from '../configurations/part-id.ts';
import type { Management } from '../management/management.ts';
import { settingPath } from '../management/names.ts';
import { texts } from '../management/values.ts';
import { Problem } from '../problems/problem.ts';

/** BootOrder of generation 1. */
const DEVICES: readonly string[] = ['floppy', 'dvd', 'ide', 'network'];

export const tellBootOrder = (setting: CimInstance, generation: unknown): readonly string[] => {
  if (generation === 2) return texts(setting, 'BootSourceOrder').map((path) => partIn(path) ?? path);
  const order = setting.get('BootOrder');
  return Array.isArray(order) ? order.map((number) => DEVICES[Number(number)] ?? `code${String(number)}`) : [];
};

/** The property and its value. @throws Problem for a device that there is not */
export const takeBootOrder = (
  management: Management,
  configuration: string,
  generation: unknown,
  order: readonly string[],
): Readonly<Record<string, CimValue>> => {
  if (generation === 2)
    return {
      BootSourceOrder: order.map((part) =>
        management.reference(settingPath('Msvm_BootSourceSettingData', instanceIdOf(configuration, part))),
      ),
    };
  const unknown = order.find((device) => !DEVICES.includes(device));
  if (unknown !== undefined)
    throw new Problem('invalid-request', `firmware.bootOrder: ${unknown} is none of ${DEVICES.join(', ')}.`, {
      errors: [{ path: 'firmware.bootOrder', message: `is of ${DEVICES.join(', ')}` }],
    });
  return { BootOrder: order.map((device) => DEVICES.indexOf(device)) };
};
