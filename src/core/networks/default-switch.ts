import type { EthernetSwitch } from '../model.ts';

/** Well known id of the NAT switch that every host has; it needs no privileges. */
export const DEFAULT_SWITCH_ID = 'C08CB7B8-9B3C-408E-8E30-5E16A3AEB444';

export const DEFAULT_SWITCH: EthernetSwitch = Object.freeze({
  id: DEFAULT_SWITCH_ID,
  name: 'Default Switch',
  kind: 'nat',
  bridge: null,
  notes: 'Network address translation in the process of each virtual machine.',
});
