import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import { PORT_FEATURE_ROWS } from '../../../core/devices/port-features.ts';
import { SWITCH_FEATURE_ROWS } from '../../../core/networks/switch-features.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type FixedEntity, FixedSet } from '../fixed-set.ts';
import { type TemplateEntity, TEMPLATES } from '../settings/template.ts';

/** A feature that a switch or one of its ports may have (other-services §3). */
export interface FeatureEntity extends FixedEntity {
  readonly kind: 'featureCapabilities';
  readonly id: string;
  readonly name: string;
  readonly applicability: number;
}

/** The default setting of a switch feature; those of port features are templates of their kind. */
export interface SwitchFeatureEntity extends FixedEntity {
  readonly kind: 'switchFeature';
  readonly feature: string;
  readonly values: CimValues;
}

const CAPABILITIES = 'Msvm_EthernetSwitchFeatureCapabilities';
const PORT = 1;
const SWITCH = 2;

const capabilities = (id: string, name: string, applicability: number): FeatureEntity => ({
  kind: 'featureCapabilities',
  className: CAPABILITIES,
  keys: { InstanceID: `Microsoft:${id}` },
  id,
  name,
  applicability,
});

export const FEATURES: readonly FeatureEntity[] = [
  ...PORT_FEATURE_ROWS.flatMap((row) =>
    row.featureId === undefined ? [] : [capabilities(row.featureId, row.elementName, PORT)],
  ),
  ...SWITCH_FEATURE_ROWS.map((row) => capabilities(row.featureId, row.elementName, SWITCH)),
];

export const SWITCH_FEATURES: readonly SwitchFeatureEntity[] = SWITCH_FEATURE_ROWS.map((row) => ({
  kind: 'switchFeature',
  className: row.settingClass,
  keys: { InstanceID: `Microsoft:Definition\\${row.featureId}\\Default` },
  feature: row.featureId,
  values: { ...(row.defaults as CimValues), Description: row.elementName },
}));

/** Default setting of a port feature. */
export const defaultOfFeature = (id: string): TemplateEntity | undefined => {
  const row = PORT_FEATURE_ROWS.find((one) => one.featureId === id);
  return row === undefined ? undefined : TEMPLATES.get(row.kind)?.[0];
};

export const featureOfTemplate = (template: TemplateEntity): FeatureEntity | undefined =>
  FEATURES.find((feature) => feature.id === template.row.featureId);

const featureInstance = (projection: Projection, feature: FeatureEntity): CimInstance =>
  projection
    .shape(CAPABILITIES, feature.id, () => ({
      Caption: 'Ethernet Switch Feature Capabilities',
      Description: feature.name,
      ElementName: feature.name,
      FeatureId: feature.id,
      Applicability: feature.applicability,
      Version: '1.0',
      ...feature.keys,
    }))
    .make({});

export const addFeatures = (projection: Projection, catalog: Catalog): void => {
  catalog.add(
    new FixedSet(projection, 'featureCapabilities', CAPABILITIES, FEATURES, (one) => featureInstance(projection, one)),
  );
  for (const className of new Set(SWITCH_FEATURES.map((one) => one.className))) {
    const ofClass = SWITCH_FEATURES.filter((one) => one.className === className);
    catalog.add(
      new FixedSet(projection, 'switchFeature', className, ofClass, (one) =>
        projection.shape(className, 'default', () => one.values).make({ ...one.keys }),
      ),
    );
  }
};
