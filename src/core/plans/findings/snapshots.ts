import { quote } from '../../systems/refusals.ts';
import { elementNameOf } from '../../systems/system-defaults.ts';
import { settingsOf } from './configuration.ts';
import { devicesOf } from './devices.ts';
import { type Check, type Finding, finding, ofConfiguration } from './finding.ts';

/** Checkpoints of the plan: are they there, and would this host take their settings? */
export const checkSnapshots: Check = async (subject) => {
  const { plan } = subject;
  const found: Finding[] = [];
  for (const { type, configuration } of plan.snapshots) {
    if (type !== 'missing') {
      found.push(...(await settingsOf(subject, configuration)));
      continue;
    }
    const problem = plan.importSource?.unmapped.find(
      (each) => each.configuration === configuration.id && each.path === '',
    );
    found.push(
      finding(
        'snapshotMissing',
        ofConfiguration(plan, configuration),
        problem === undefined
          ? `The definition of the checkpoint ${configuration.id} was not found.`
          : `The definition of the checkpoint ${configuration.id} cannot be used: ${problem.value}`,
        {
          arguments: [configuration.id],
          actions: [
            'Name the folder that it is in with ImportSnapshotDefinitions, or go on without the checkpoint by DestroySnapshot.',
          ],
        },
      ),
    );
  }
  return found;
};

export const checkSnapshotDevices: Check = async (subject) => {
  const found: Finding[] = [];
  for (const { type, configuration } of subject.plan.snapshots) {
    if (type === 'missing') continue;
    const name = quote(elementNameOf(configuration));
    for (const each of await devicesOf(subject, configuration))
      found.push({ ...each, message: `Checkpoint ${name}: ${each.message}` });
  }
  return found;
};
