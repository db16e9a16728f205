import { work } from '../api/work.ts';
import type { MachineAction } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { toastProblem } from '../ui/toasts.tsx';

/** Requests that one bulk action has under way at a time. */
const AT_ONCE = 4;

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Does it to each machine; what is refused or fails is told with its reason. Resolves to how many it was done to. */
export async function runEach(
  machines: readonly Named[],
  action: string,
  run: (id: string) => Promise<unknown>,
): Promise<number> {
  const left = [...machines];
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let machine = left.shift(); machine !== undefined; machine = left.shift()) {
      const { id, name } = machine;
      await run(id).then(
        () => (done += 1),
        (error: unknown) => toastProblem(t('action.failed', { action, name }), error),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return done;
}

/** Asks for it; what comes of it is seen in the list. */
export const runAction = async (machines: readonly Named[], action: MachineAction): Promise<void> => {
  await runEach(machines, word('action', action), (id) => work('POST', `/vms/${id}/${action}`, {}));
};
