import type { SettingValues } from '../model.ts';
import type { DeviceKindRow } from './kind.ts';

/** Values that every resource setting starts with (object-model §5, "common RASD values"). */
export const RESOURCE_DEFAULTS: SettingValues = Object.freeze({
  AllocationUnits: 'count',
  VirtualQuantity: 1n,
  Reservation: 1n,
  Limit: 1n,
  Weight: 0,
  AutomaticAllocation: true,
  AutomaticDeallocation: true,
  ConsumerVisibility: 3,
  PoolID: '',
  VirtualQuantityUnits: 'count',
});

/** A pool that hands out whole things: one at least, one at most, one by one. */
const COUNTED: NonNullable<DeviceKindRow['range']> = Object.freeze({
  minimum: Object.freeze({ VirtualQuantity: 1n, Reservation: 1n, Limit: 1n, Weight: 0 }),
  maximum: Object.freeze({ VirtualQuantity: 1n, Reservation: 1n, Limit: 1n, Weight: 0 }),
  increment: Object.freeze({ VirtualQuantity: 1n, Reservation: 1n, Limit: 1n, Weight: 1 }),
});

/** What a family file says about a resource; the rest follows from it. */
export interface ResourceFacts {
  readonly kind: string;
  readonly settingClass: string;
  readonly resourceType: number;
  readonly resourceSubType?: string;
  readonly otherResourceType?: string;
  readonly deviceClass?: string;
  readonly pool?: string;
  readonly fixedPart?: string;
  readonly elementName: string;
  readonly caption?: string;
  readonly description: string;
  readonly defaults?: SettingValues;
  readonly removable?: boolean;
  readonly range?: DeviceKindRow['range'];
}

export const resourceRow = (facts: ResourceFacts): DeviceKindRow => {
  const caption = facts.caption ?? facts.elementName;
  const subType = facts.resourceSubType ?? '';
  return Object.freeze({
    kind: facts.kind,
    settingClass: facts.settingClass,
    resourceType: facts.resourceType,
    resourceSubType: subType,
    otherResourceType: facts.otherResourceType ?? null,
    deviceClass: facts.deviceClass ?? null,
    pool: facts.pool ?? null,
    fixedPart: facts.fixedPart ?? null,
    elementName: facts.elementName,
    caption,
    description: facts.description,
    defaults: Object.freeze({
      Caption: caption,
      Description: facts.description,
      ElementName: facts.elementName,
      ResourceType: facts.resourceType,
      ResourceSubType: subType,
      ...(facts.otherResourceType === undefined ? {} : { OtherResourceType: facts.otherResourceType }),
      ...RESOURCE_DEFAULTS,
      ...facts.defaults,
    }),
    removable: facts.removable ?? false,
    range: facts.range ?? (facts.pool === undefined ? null : COUNTED),
  });
};

/** A setting that is not a resource allocation: switch port features, the security element. */
export interface PlainFacts {
  readonly kind: string;
  readonly settingClass: string;
  readonly deviceClass?: string;
  readonly fixedPart?: string;
  readonly featureId?: string;
  readonly elementName: string;
  readonly caption?: string;
  readonly description: string;
  readonly defaults: SettingValues;
  readonly removable?: boolean;
}

export const plainRow = (facts: PlainFacts): DeviceKindRow => {
  const caption = facts.caption ?? facts.elementName;
  return Object.freeze({
    kind: facts.kind,
    settingClass: facts.settingClass,
    resourceType: null,
    resourceSubType: '',
    otherResourceType: null,
    deviceClass: facts.deviceClass ?? null,
    pool: null,
    fixedPart: facts.fixedPart ?? null,
    ...(facts.featureId === undefined ? {} : { featureId: facts.featureId }),
    elementName: facts.elementName,
    caption,
    description: facts.description,
    defaults: Object.freeze({
      Caption: caption,
      Description: facts.description,
      ElementName: facts.elementName,
      ...facts.defaults,
    }),
    removable: facts.removable ?? false,
    range: null,
  });
};
