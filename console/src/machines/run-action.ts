import { work } from '../api/work.ts';
import type { MachineAction } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { toastProblem } from '../ui/toasts.tsx';

/** Requests that one bulk action has under way at a time. */
const AT_ONCE = 4;

/** Asks for it; what is refused or fails is told with its reason, the rest is seen in the list. */
export async function runAction(
  machines: readonly { readonly id: string; readonly name: string }[],
  action: MachineAction,
): Promise<void> {
  const left = [...machines];
  const lane = async (): Promise<void> => {
    for (let machine = left.shift(); machine !== undefined; machine = left.shift()) {
      const { id, name } = machine;
      await work('POST', `/vms/${id}/${action}`, {}).catch((error: unknown) =>
        toastProblem(t('action.failed', { action: word('action', action), name }), error),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
