import type { Guid } from '../model.ts';
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
      ...(importSource === undefined
        ? {}
        : {
            importSource: {
              ...importSource,
              runtime: importSource.runtime.filter(
                ({ configuration, kind }) =>
                  configuration !== plan.active.id || (kind !== 'savedState' && kind !== 'foreignState'),
              ),
            },
          }),
    });
    await context.ledger.commit(plan, after);
  });
