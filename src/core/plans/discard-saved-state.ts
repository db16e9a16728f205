import type { Guid, ImportedRuntimeFile, ImportSource, VirtualSystem } from '../model.ts';
import type { RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { wrongState } from '../systems/refusals.ts';
import { requirePlan } from './require-plan.ts';

/**
 * RequestStateChange(3) of a plan that carries a saved state (planned-systems §5): what was in memory is given up, as after
 * a power loss. The file stays in the import folder.
 */
export const discardSavedState = (context: SystemsContext, _request: RequestContext, id: Guid): Promise<void> =>
  context.turns.run(requirePlan(context, id).id, async () => {
    const plan = requirePlan(context, id);
    if (plan.power !== 'saved')
      throw wrongState(
        'A planned virtual machine has no power state but a saved one, and this one has none. Realize it first.',
      );
    const { importSource } = plan;
    const at = context.clock.now();
    const after = revise(plan, {
      power: 'off',
      savedState: null,
      stateChangedAt: at,
      ...(importSource === undefined ? {} : { importSource: withoutState(plan, importSource) }),
    });
    await context.ledger.commit(plan, after);
  });

/** The saved state that the plan's machine would go on from, as one of the files of its export; undefined: none. */
const stateOf = (plan: VirtualSystem): ImportedRuntimeFile | undefined =>
  plan.importSource?.runtime.find((file) => isStateOf(plan, file));

const isStateOf = ({ active }: VirtualSystem, { configuration, kind }: ImportedRuntimeFile): boolean =>
  configuration === active.id && (kind === 'savedState' || kind === 'foreignState');

const withoutState = (plan: VirtualSystem, source: ImportSource): ImportSource => ({
  ...source,
  runtime: source.runtime.filter((file) => !isStateOf(plan, file)),
});

/** A plan whose checkpoints of these configurations have no memory. */
export const withoutStates = (plan: VirtualSystem, configurations: readonly Guid[]): VirtualSystem => {
  const { importSource } = plan;
  if (importSource === undefined || configurations.length === 0) return plan;
  const runtime = importSource.runtime.filter(
    ({ configuration, kind }) => kind !== 'savedState' || !configurations.includes(configuration),
  );
  return { ...plan, importSource: { ...importSource, runtime } };
};

/** Its name where files of an export are listed; one that is not there has none of its own. */
const stateName = ({ file }: ImportedRuntimeFile): string => file ?? 'saved state';

/** The same for a plan that is not stored yet: `discarded` are names of files in lower case. */
export const withoutDiscarded = (plan: VirtualSystem, discarded: ReadonlySet<string>): VirtualSystem => {
  const { importSource } = plan;
  const state = stateOf(plan);
  if (state === undefined || importSource === undefined || !discarded.has(stateName(state).toLowerCase())) return plan;
  return { ...plan, power: 'off', savedState: null, importSource: withoutState(plan, importSource) };
};

/** As an export lists it among its files. */
export const listedState = (plan: VirtualSystem): readonly { readonly recorded: string; readonly found: string }[] => {
  const state = stateOf(plan);
  return state === undefined ? [] : [{ recorded: stateName(state), found: stateName(state) }];
};
