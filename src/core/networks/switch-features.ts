import type { SettingValues } from '../model.ts';

/** A feature of a switch as a whole (other-services §3). */
export interface SwitchFeatureRow {
  readonly kind: string;
  readonly settingClass: string;
  readonly featureId: string;
  readonly elementName: string;
  readonly defaults: SettingValues;
}

export const SWITCH_FEATURE_ROWS: readonly SwitchFeatureRow[] = [
  {
    kind: 'switchBandwidth',
    settingClass: 'Msvm_VirtualEthernetSwitchBandwidthSettingData',
    featureId: '3EB2B8E8-4ABF-4DBF-9071-16DD47481FBE',
    elementName: 'Ethernet Switch Bandwidth Settings',
    // Never NULL (client-usage, "never null").
    defaults: { DefaultFlowReservation: 0n, DefaultFlowWeight: 0n },
  },
];
