import { isRuntimeFile } from '../../../hvfile/read-file.ts';
import type { ImportedRuntimeFile, VirtualSystem } from '../../model.ts';
import { quote } from '../../systems/refusals.ts';
import { elementNameOf } from '../../systems/system-defaults.ts';
import { type Check, type Finding, finding, ofConfiguration, ofPlan, refusalOf } from './finding.ts';

/**
 * Saved states. Hyper-V's hold processors and devices in a form that no other hypervisor resumes; a machine is refused until
 * its own is discarded, a checkpoint only loses the memory of its moment.
 */
export const checkSavedState: Check = async ({ plan, paths }) => {
  const found: Finding[] = [];
  for (const state of plan.importSource?.runtime ?? []) {
    if (state.kind !== 'foreignState' && state.kind !== 'savedState') continue;
    const why = state.kind === 'savedState' ? await refusalOf(() => paths.resolve(state.file ?? '', 'file')) : null;
    if (state.kind === 'savedState' && why === null) continue;
    const file = state.file === null ? 'which the definition records' : quote(state.file);
    const reason =
      why === null
        ? state.file === null
          ? 'was not found'
          : 'was written by Hyper-V and cannot be resumed on this host'
        : `cannot be used: ${why.message}`;
    const finds = ofState(plan, state, `The saved state ${file} ${reason}.`.replace(/\.\.$/, '.'));
    if (finds !== null) found.push(finds);
  }
  return found;
};

const ofState = (plan: VirtualSystem, { configuration, file }: ImportedRuntimeFile, text: string): Finding | null => {
  const args = file === null ? [] : [file];
  if (configuration === plan.active.id) {
    return finding('savedState', ofPlan(plan), text, {
      arguments: args,
      actions: [
        'Discard it with RequestStateChange 3 of the planned virtual machine, or give ImportVirtualSystemEx an empty text for it in SourceResourcePaths; the virtual machine then starts as after a power loss. What was in its memory stays in the file.',
        ...(file !== null && isRuntimeFile(file)
          ? ['Its memory can be had as an ELF core: vsms inspect --core OUT FILE.']
          : []),
      ],
    });
  }
  const snapshot = plan.snapshots.find((each) => each.configuration.id === configuration);
  if (snapshot === undefined) return null;
  return finding(
    'savedState',
    ofConfiguration(plan, snapshot.configuration),
    `Checkpoint ${quote(elementNameOf(snapshot.configuration))}: ${text}`,
    {
      arguments: args,
      actions: ['The checkpoint is realized without memory: a virtual machine that goes back to it starts anew.'],
      blocking: false,
    },
  );
};
