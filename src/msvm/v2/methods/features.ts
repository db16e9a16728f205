import { DomainError } from '../../../core/errors.ts';
import { done, type MethodRow } from './method.ts';
import { resourceInputs } from './resource-input.ts';
import { affectedSettings, modifySettingsMethod, settingPaths } from './resources.ts';
import type { MethodServices } from './services.ts';
import { requireSetting } from './targets.ts';

/** JobType of adding (management-service §1, row 7). */
const ADD_JOB = 30;

const FEATURE_BASE = 'Msvm_FeatureSettingData';

/** AddFeatureSettings (management-service §2): AffectedConfiguration is the connection of an adapter. */
export const addFeaturesMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: ADD_JOB,
  out: ['ResultingFeatureSettings'],
  run: async ({ request, args }) => {
    const path = args.requiredReference('AffectedConfiguration');
    const texts = args.requiredTexts('FeatureSettings');
    const connection = requireSetting(services.references, 'AffectedConfiguration', path);
    if (connection.setting.kind !== 'ethernetConnection') {
      throw new DomainError(
        'invalidParameter',
        'AffectedConfiguration names no Ethernet connection. Use the path of a Msvm_EthernetPortAllocationSettingData.',
      );
    }
    const inputs = resourceInputs(services.references, services.texts.readAll('FeatureSettings', texts, FEATURE_BASE));
    const made = await services.operations.addFeatures(request, connection.ref, inputs);
    return done({ ResultingFeatureSettings: settingPaths(services.references, made) }, affectedSettings(made, 5));
  },
});

export const modifyFeaturesMethod = (services: MethodServices): MethodRow =>
  modifySettingsMethod(services, 'FeatureSettings', 'ResultingFeatureSettings', FEATURE_BASE, () => null);
