import { constants } from 'node:fs';
import { isRuntimeFile } from '../../../hvfile/read-file.ts';
import { ADAPTER_KINDS } from '../../devices/wiring.ts';
import { DomainError } from '../../errors.ts';
import type { Configuration, ImportedRuntimeFile, VirtualSystem } from '../../model.ts';
import { openResolved } from '../../paths/open.ts';
import type { SavedStateFacts } from '../../ports.ts';
import { processorsOf } from '../../systems/machine/machine-spec.ts';
import { quote } from '../../systems/refusals.ts';
import { elementNameOf } from '../../systems/system-defaults.ts';
import { type Check, type CheckSubject, type Finding, finding, ofConfiguration, ofPlan, refusalOf } from './finding.ts';

/**
 * Saved states. Hyper-V's hold processors and devices in a form that no other hypervisor resumes; a machine is refused until
 * its own is discarded, a checkpoint only loses the memory of its moment. One of ours is resumed, whoever wrote it: that is told.
 */
export const checkSavedState: Check = async (subject) => {
  const { plan } = subject;
  const found: Finding[] = [];
  for (const state of plan.importSource?.runtime ?? []) {
    if (state.kind !== 'foreignState' && state.kind !== 'savedState') continue;
    const why = state.kind === 'savedState' ? await refusalOfState(subject, state) : null;
    const file = state.file === null ? 'which the definition records' : quote(state.file);
    if (state.kind === 'savedState' && why === null) {
      found.push(...resumed(plan, state));
      continue;
    }
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

/** Checkpoints whose memory stays behind: the file is damaged, or of another machine. */
export const unusableStates = async (subject: CheckSubject): Promise<readonly string[]> => {
  const { plan } = subject;
  const left: string[] = [];
  for (const state of plan.importSource?.runtime ?? [])
    if (
      state.kind === 'savedState' &&
      state.configuration !== plan.active.id &&
      (await refusalOfState(subject, state)) !== null
    )
      left.push(state.configuration);
  return left;
};

/** Why a saved state of ours cannot be resumed by what its configuration describes; null: as far as its frame tells, it can. */
const refusalOfState = (
  { plan, context, paths }: CheckSubject,
  { configuration, file }: ImportedRuntimeFile,
): Promise<DomainError | null> =>
  refusalOf(async () => {
    const handle = await openResolved(await paths.resolve(file ?? '', 'file'), constants.O_RDONLY);
    try {
      const described = configurationOf(plan, configuration);
      const facts = await context.hypervisor.describeState(handle);
      if (described !== null) requireFit(described, facts, context.host.memoryMb);
    } finally {
      await handle.close();
    }
  });

const configurationOf = (plan: VirtualSystem, id: string): Configuration | null =>
  id === plan.active.id
    ? plan.active
    : (plan.snapshots.find(({ configuration }) => configuration.id === id)?.configuration ?? null);

/** @throws DomainError invalidState */
const requireFit = (described: Configuration, facts: SavedStateFacts, hostMb: number): void => {
  const refuse = (why: string): never => {
    throw new DomainError('invalidState', `it is that of a machine with ${why}.`);
  };
  const processors = processorsOf(described);
  if (facts.processors !== processors)
    refuse(`a number of processors of ${facts.processors}, and the definition says ${processors}`);
  const adapters = described.devices.filter(({ kind }) => ADAPTER_KINDS.has(kind)).map(({ part }) => part);
  if (adapters.toSorted().join('\n') !== facts.adapters.toSorted().join('\n'))
    refuse('other network adapters than the definition has');
  if (facts.memoryMb !== null && facts.memoryMb > hostMb)
    refuse(`${facts.memoryMb} MB of memory, and this host has ${hostMb} MB`);
};

const TRUST = 'Realize the virtual machine only if you trust whoever made the export.';

const resumed = (plan: VirtualSystem, { configuration, file }: ImportedRuntimeFile): readonly Finding[] => {
  const name = file ?? '';
  const text = `The saved state ${quote(name)} will be resumed: the hypervisor takes over what is in it as the memory and devices of a running machine, and cannot tell who wrote it.`;
  if (configuration === plan.active.id)
    return [
      finding('resumes', ofPlan(plan), text, {
        arguments: [name],
        actions: [TRUST, 'Or discard the saved state with RequestStateChange 3 of the planned virtual machine.'],
      }),
    ];
  const snapshot = plan.snapshots.find((each) => each.configuration.id === configuration);
  if (snapshot === undefined) return [];
  return [
    finding(
      'resumes',
      ofConfiguration(plan, snapshot.configuration),
      `Checkpoint ${quote(elementNameOf(snapshot.configuration))}, when it is applied: ${text}`,
      { arguments: [name], actions: [TRUST, 'Or destroy the checkpoint with DestroySnapshot.'] },
    ),
  ];
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
          : file === null
            ? []
            : [
                'Its memory cannot be taken out of it: what is in the .bin and .vsv files of hosts before Server 2016 is described nowhere. To keep it, start and shut down the virtual machine on its host, and export it anew.',
              ]),
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
