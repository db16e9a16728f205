import type { Guid } from '../../model.ts';
import type { RequestContext } from '../../requests.ts';
import type { SystemsContext } from '../context.ts';
import { withConfiguration } from './modify-system.ts';
import { momentAllows, momentRefusal } from '../moments.ts';
import { invalid, quote, wrongState } from '../refusals.ts';
import { effectiveValues, SUPPORTED_VERSIONS } from '../system-defaults.ts';
import { parseVersion } from './system-properties.ts';
import { mergeValues } from './system-values.ts';
import { requireNotBusy, requireSystem } from '../targets.ts';

/** UpgradeSystemVersion (management-service §2). `version` null or empty: the highest. */
export const upgradeVersion = async (
  context: SystemsContext,
  _request: RequestContext,
  id: Guid,
  version: string | null,
): Promise<void> => {
  const owner = requireSystem(context, id).id;
  await context.turns.run(owner, async () => {
    const system = requireSystem(context, owner);
    requireNotBusy(system);
    // Before the power state, whose refusal says to turn the machine off: that would give up what was in its memory.
    if (system.savedState !== null)
      throw wrongState(
        'The virtual machine has a saved state, which belongs to its version. Start it and shut it down, or discard the state.',
      );
    if (!momentAllows(system, 'off')) throw momentRefusal(system, 'The version', 'off');
    if (system.snapshots.length > 0)
      throw wrongState('The virtual machine has checkpoints, which keep the old version. Delete them first.');
    const target = version === null || version === '' ? SUPPORTED_VERSIONS.at(-1) : version;
    const current = effectiveValues(system, system.active).Version;
    if (target === undefined || target === current) return;
    if (compare(target, typeof current === 'string' ? current : '') < 0) {
      throw invalid(
        `Version ${quote(target)} is below the present one, ${quote(String(current))}. A version only rises.`,
      );
    }
    const values = mergeValues(system.generation, system.active.values, { Version: target });
    await context.ledger.commit(
      system,
      withConfiguration(system, null, { ...system.active, values }, context.clock.now()),
    );
  });
};

const compare = (a: string, b: string): number => {
  const left = parseVersion(a);
  if (left === null) throw invalid(`Version ${quote(a)} is not supported. Versions from 5.0 to 12.x are.`);
  const right = parseVersion(b) ?? [0, 0];
  return left[0] - right[0] || left[1] - right[1];
};
