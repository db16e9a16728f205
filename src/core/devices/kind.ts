import type { DeviceKind, SettingValues } from '../model.ts';

/**
 * A kind of setting below a VSSD (object-model §5). The table of all kinds is `kinds.ts`: data, not code.
 * Names are those of the v2 namespace; v1 translates (object-model §12).
 */
export interface DeviceKindRow {
  readonly kind: DeviceKind;
  /** Class of the setting, e.g. `Msvm_ResourceAllocationSettingData`. */
  readonly settingClass: string;
  /** Null where the setting is not a RASD (features, security settings). */
  readonly resourceType: number | null;
  /** '' when the kind is told by `otherResourceType`. */
  readonly resourceSubType: string;
  readonly otherResourceType: string | null;
  /** Class of the device of a running system; null: there is none. */
  readonly deviceClass: string | null;
  /** Primordial pool it is allocated from, GUID in the exact case of object-model §8; null: none. */
  readonly pool: string | null;
  /** Device part when it is always the same (`83F8638B-...\0`), else null: made at add. */
  readonly fixedPart: string | null;
  /** FeatureId of a switch port feature (other-services §3); missing for everything else. */
  readonly featureId?: string;
  readonly elementName: string;
  readonly caption: string;
  readonly description: string;
  /** Every value a fresh setting of this kind has, InstanceID and parent aside; types as in model.ts. */
  readonly defaults: SettingValues;
  /** May a client remove it (object-model §6 last row). */
  readonly removable: boolean;
  /** Minimum, Maximum, Increment templates: what differs from the defaults (object-model §8); null: only a Default. */
  readonly range: {
    readonly minimum: SettingValues;
    readonly maximum: SettingValues;
    readonly increment: SettingValues;
  } | null;
}
