import { type ReactNode, useSyncExternalStore } from 'react';
import { Problem } from '../api/http.ts';
import { t } from '../i18n/index.ts';
import { Button } from './basics.tsx';

interface Toast {
  readonly id: number;
  readonly tone: 'ok' | 'bad' | 'info';
  readonly title: string;
  readonly detail: string | null;
}

const SHOWN = 4;
const OK_MS = 5_000;

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

const set = (value: readonly Toast[]): void => {
  toasts = value;
  for (const listener of listeners) listener();
};

const dismiss = (id: number): void => set(toasts.filter((toast) => toast.id !== id));

/** Good news goes by itself; bad news stays until it is closed. */
export function toast(tone: Toast['tone'], title: string, detail: string | null = null): void {
  const id = next++;
  const all = [...toasts, { id, tone, title, detail }];
  // Bad news is not pushed out by more of it: ten machines may fail at once.
  const room = all.filter((each) => each.tone !== 'bad').slice(-SHOWN);
  set(all.filter((each) => each.tone === 'bad' || room.includes(each)));
  if (tone !== 'bad') setTimeout(() => dismiss(id), OK_MS);
}

export function toastProblem(title: string, error: unknown): void {
  const { detail, actions } =
    error instanceof Problem ? error.body : { detail: String(error), actions: [] as readonly string[] };
  toast('bad', title, [detail, ...actions].join(' '));
}

export const Toasts = (): ReactNode => {
  const shown = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="region" aria-label={t('messages')} aria-live="polite">
      {shown.map(({ id, tone, title, detail }) => (
        <div key={id} className={`toast ${tone}`}>
          <div className="grow">
            <strong>{title}</strong>
            {detail === null ? null : (
              <div className="small" lang="en">
                {detail}
              </div>
            )}
          </div>
          <Button look="quiet" icon="close" aria-label={t('close')} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
};
