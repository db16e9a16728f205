import { type ReactNode, useSyncExternalStore } from 'react';
import { Problem } from '../api/http.ts';
import { t } from '../i18n/index.ts';
import { Button, languageOf } from './basics.tsx';

interface Toast {
  readonly id: number;
  readonly tone: 'ok' | 'bad' | 'info';
  readonly title: string;
  readonly detail: string | null;
  /** Of the detail: what the service says is English, what this console says is not marked. */
  readonly lang: 'en' | undefined;
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
export function toast(
  tone: Toast['tone'],
  title: string,
  detail: string | null = null,
  lang: Toast['lang'] = undefined,
): void {
  const id = next++;
  const all = [...toasts, { id, tone, title, detail, lang }];
  // Bad news is not pushed out by more of it: ten machines may fail at once.
  const room = all.filter((each) => each.tone !== 'bad').slice(-SHOWN);
  set(all.filter((each) => each.tone === 'bad' || room.includes(each)));
  if (tone !== 'bad') setTimeout(() => dismiss(id), OK_MS);
}

export function toastProblem(title: string, error: unknown): void {
  if (!(error instanceof Problem)) return toast('bad', title, String(error), 'en');
  const { detail, errors, actions } = error.body;
  const values = errors.map(({ path, message }) => `${path}: ${message}`);
  toast('bad', title, [detail, ...values, ...actions].join(' '), languageOf(error.body));
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
      {shown.map(({ id, tone, title, detail, lang }) => (
        <div key={id} className={`toast ${tone}`}>
          <div className="grow">
            <strong>{title}</strong>
            {detail === null ? null : (
              <div className="small" lang={lang}>
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
