import { type HvNode, isNode } from '../tree.ts';
import type { TreeBuilder } from '../tree-builder.ts';
import type { DefinitionValues, PortFeature, PortFeatureSetting } from './definition.ts';
import { FEATURES, OFFLOAD_LAYOUT } from './devices.ts';
import { OWN_SETTINGS, writeOwnValues } from './own-values.ts';
import { guidOf, type Reading } from './reading.ts';

const KIND_OF: ReadonlyMap<string, string> = new Map(Object.entries(FEATURES).map(([kind, id]) => [id, kind]));

/**
 * Features of a switch port. Their settings are bytes of a layout that is only known for offload: the bytes of the others are
 * kept, and reported as unmapped. What we write of such a feature stands typed in a node of our own, which Hyper-V passes over.
 */
export const OWN_FEATURES = 'vsms_features';

export const readFeatures = (reading: Reading, connection: HvNode | undefined): PortFeature[] => {
  const features: PortFeature[] = [];
  for (const item of connection?.children ?? []) {
    const id = isNode(item) && item.name.startsWith('Feature_') ? guidOf(item.name.slice('Feature_'.length)) : null;
    if (id !== null && isNode(item)) features.push(readFeature(reading, item, id));
  }
  useIds(reading, reading.node(connection, 'Features'), new Set(features.map((feature) => feature.featureId)));
  return [...features, ...readOwn(reading, reading.node(connection, OWN_FEATURES))];
};

const readFeature = (reading: Reading, data: HvNode, featureId: string): PortFeature => {
  const kind = KIND_OF.get(featureId) ?? null;
  const settings: PortFeatureSetting[] = [];
  for (const item of data.children) {
    const id = isNode(item) && item.name.startsWith('Setting_') ? guidOf(item.name.slice('Setting_'.length)) : null;
    const bytes = id === null || !isNode(item) ? undefined : reading.leaf(item, 'Data');
    if (id === null || !isNode(item) || bytes?.type !== 'bytes') continue;
    const known = kind === 'offload' ? readOffload(bytes.value) : null;
    const values = known === null ? null : { ...known, ...reading.ownValues(reading.node(item, OWN_SETTINGS)) };
    // Newer versions append settings that no source names: those stay unmapped with the bytes.
    if (values !== null && bytes.value.length === OFFLOAD_SIZE) reading.use(bytes);
    settings.push({ id, version: reading.number(item, 'Version') ?? 0, values, data: bytes.value });
  }
  useIds(reading, reading.node(data, 'Settings'), new Set(settings.map((setting) => setting.id)));
  return {
    featureId,
    kind,
    displayName: reading.string(data, 'DisplayName') ?? '',
    flags: reading.number(data, 'Flags') ?? 0,
    settings,
  };
};

const useIds = (reading: Reading, list: HvNode | undefined, known: ReadonlySet<string>): void => {
  for (const item of list?.children ?? []) {
    if (item.type === 'string' && item.name === 'Id' && known.has(guidOf(item.value) ?? '')) reading.use(item);
  }
};

const OFFLOAD_SIZE = OFFLOAD_LAYOUT.length * 4;

const readOffload = (data: Buffer): DefinitionValues | null =>
  data.length >= OFFLOAD_SIZE
    ? Object.fromEntries(OFFLOAD_LAYOUT.map((name, i) => [name, data.readUInt32LE(i * 4)]))
    : null;

/** The recorded bytes with the known values written over them. Null: a value is missing or no 32-bit number. */
const offloadBytes = (values: DefinitionValues, recorded: Buffer | null): Buffer | null => {
  const data = recorded === null ? Buffer.alloc(OFFLOAD_SIZE) : Buffer.from(recorded);
  if (data.length < OFFLOAD_SIZE) return null;
  for (const [i, name] of OFFLOAD_LAYOUT.entries()) {
    const value = values[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffff_ffff) return null;
    data.writeUInt32LE(value, i * 4);
  }
  return data;
};

/** In a feature of ours: the GUID of the setting. */
const OWN_ID = 'vsms_id';

/** As core's device table names its kinds. */
const KIND = /^[a-z][A-Za-z]{0,39}$/;

const readOwn = (reading: Reading, list: HvNode | undefined): PortFeature[] =>
  (list?.children ?? []).flatMap((item) => {
    if (!isNode(item) || !KIND.test(item.name)) return [];
    const featureId = Object.hasOwn(FEATURES, item.name) ? (FEATURES[item.name] ?? '') : '';
    const { [OWN_ID]: id, ...values } = reading.ownValues(item);
    const settings = [{ id: typeof id === 'string' ? (guidOf(id) ?? '') : '', version: 0, values, data: null }];
    return [{ featureId, kind: item.name, displayName: '', flags: 0, settings }];
  });

export const writeFeatures = (tree: TreeBuilder, base: string, features: readonly PortFeature[]): void => {
  const own = new Map<string, number>();
  for (const feature of features) {
    let placed = false;
    for (const setting of feature.settings) {
      const encoded =
        feature.kind === 'offload' && setting.values !== null ? offloadBytes(setting.values, setting.data) : null;
      const data = encoded ?? setting.data;
      if (data !== null && setting.id !== '') {
        writeSetting(tree, `${base}/Feature_${feature.featureId}`, setting, data);
        placed = true;
        continue;
      }
      const kind = feature.kind ?? feature.featureId;
      const index = own.get(kind) ?? 0;
      own.set(kind, index + 1);
      const steps = [...base.split('/'), OWN_FEATURES].map((name) => ({ name, index: 0 }));
      const at = [...steps, { name: kind, index }];
      tree.open(at);
      writeOwnValues(tree, at, { ...(setting.id === '' ? {} : { [OWN_ID]: setting.id }), ...setting.values });
    }
    if (placed) {
      const node = `${base}/Feature_${feature.featureId}`;
      tree.append(`${base}/Features/Id`, { type: 'string', value: feature.featureId });
      tree.set(`${node}/DisplayName`, { type: 'string', value: feature.displayName });
      tree.set(`${node}/Flags`, { type: 'int', value: BigInt(feature.flags) });
    }
  }
};

const writeSetting = (tree: TreeBuilder, node: string, setting: PortFeatureSetting, data: Buffer): void => {
  tree.append(`${node}/Settings/Id`, { type: 'string', value: setting.id });
  tree.set(`${node}/Setting_${setting.id}/Data`, { type: 'bytes', value: data });
  tree.set(`${node}/Setting_${setting.id}/Version`, { type: 'int', value: BigInt(setting.version) });
  const rest = Object.entries(setting.values ?? {}).filter(([name]) => !OFFLOAD_LAYOUT.includes(name));
  const steps = [...node.split('/'), `Setting_${setting.id}`, OWN_SETTINGS].map((name) => ({ name, index: 0 }));
  writeOwnValues(tree, steps, Object.fromEntries(rest));
};
