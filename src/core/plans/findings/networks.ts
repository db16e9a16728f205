import { deviceValue, firstText } from '../../devices/effective.ts';
import type { Configuration, DeviceSetting } from '../../model.ts';
import { switchOfLink } from '../../systems/machine/external-checks.ts';
import { quote } from '../../systems/refusals.ts';
import { type CheckSubject, type Finding, finding, ofDevice } from './finding.ts';

const CONNECTED = 2;

/** An adapter that is connected to a switch which is none of this host. */
export const networkOf = (
  { plan, context }: CheckSubject,
  configuration: Configuration,
  device: DeviceSetting,
): Finding | null => {
  const link = firstText(device, 'HostResource');
  if (link === null || deviceValue(device, 'EnabledState') !== CONNECTED) return null;
  const id = switchOfLink(link);
  if (id !== null && context.graph.switch(id) !== undefined) return null;
  const known = deviceValue(device, 'LastKnownSwitchName');
  const name = typeof known === 'string' && known !== '' ? known : (id ?? link);
  return finding(
    'switchMissing',
    ofDevice(plan, configuration, device),
    `Could not find the Ethernet switch ${quote(name)}.`,
    {
      arguments: [name],
      actions: [
        `Set HostResource of the connection to one of the switches ${switchNames(context)}, or to an empty list, with ModifyResourceSettings.`,
      ],
    },
  );
};

/** Enough to choose from; a host with many has tools to list them. */
const MAX_NAMES = 8;

const switchNames = ({ graph }: CheckSubject['context']): string => {
  const names = [...graph.switches()].map(({ name }) => quote(name));
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown}, …` : shown;
};
