import { type ButtonHTMLAttributes, type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { createPortal } from 'react-dom';
import { Problem, type ProblemBody } from '../api/http.ts';
import { t, word } from '../i18n/index.ts';
import { Icon, type IconName, Spinner } from './icons.tsx';
import { leave, useUnsaved } from './unsaved.ts';

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: 'primary' | 'danger' | 'quiet';
  readonly icon?: IconName;
  readonly busy?: boolean;
};

export const Button = ({
  look,
  icon,
  busy = false,
  children,
  className,
  disabled,
  ...rest
}: ButtonProps): ReactNode => (
  <button
    type="button"
    className={['button', look, children === undefined ? 'icon' : undefined, className].filter(Boolean).join(' ')}
    disabled={disabled === true || busy}
    aria-busy={busy}
    {...rest}
  >
    {busy ? <Spinner /> : icon === undefined ? null : <Icon name={icon} />}
    {children}
  </button>
);

export const Page = ({
  title,
  crumbs,
  actions,
  children,
}: {
  readonly title: string;
  readonly crumbs?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode => {
  useEffect(() => {
    document.title = `${title} · vsms`;
  }, [title]);
  return (
    <>
      <div className="head">
        <div>
          {crumbs === undefined ? null : <p className="crumbs">{crumbs}</p>}
          <h1>{title}</h1>
        </div>
        <div className="row">{actions}</div>
      </div>
      {children}
    </>
  );
};

export const Card = ({
  title,
  actions,
  children,
  flush = false,
}: {
  readonly title?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly flush?: boolean;
}): ReactNode => (
  <section className={flush ? 'card flush' : 'card'}>
    {title === undefined ? null : (
      <div className="row" style={{ marginBottom: flush ? 0 : '0.75rem', padding: flush ? '0.75rem' : 0 }}>
        <h2 className="grow">{title}</h2>
        {actions}
      </div>
    )}
    {children}
  </section>
);

export const Facts = ({ items }: { readonly items: readonly (readonly [string, ReactNode] | null)[] }): ReactNode => (
  <dl className="facts">
    {items.map((item) =>
      item === null ? null : (
        <div key={item[0]} style={{ display: 'contents' }}>
          <dt>{item[0]}</dt>
          <dd>{item[1] ?? '–'}</dd>
        </div>
      ),
    )}
  </dl>
);

export const Bar = ({ percent, label }: { readonly percent: number; readonly label: string }): ReactNode => (
  <div
    className="bar"
    role="progressbar"
    aria-label={label}
    aria-valuenow={Math.round(percent)}
    aria-valuemin={0}
    aria-valuemax={100}
  >
    <span style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
  </div>
);

export const Loading = ({ lines = 4 }: { readonly lines?: number }): ReactNode => (
  <div className="stack" role="status" aria-label={t('loading')} style={{ padding: '1rem' }}>
    {Array.from({ length: lines }, (_, n) => (
      <div key={n} className="skeleton" style={{ width: `${90 - ((n * 17) % 45)}%` }} />
    ))}
  </div>
);

export const Empty = ({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode => (
  <div className="blank">
    <span className="muted">
      <Icon name={icon} size={36} />
    </span>
    <h2>{title}</h2>
    {children}
  </div>
);

/** What kind of refusal it is, in the language of the user; the sentence of the service tells the rest. */
const titleOf = ({ code, title }: ProblemBody): string => {
  const known = word('problem', code);
  return known === code ? title || t('failed') : known;
};

/** What the service says is English; what this console says of it is not marked. */
export const languageOf = ({ code }: ProblemBody): 'en' | undefined => (code === 'unreachable' ? undefined : 'en');

/** What went wrong and, where the service says so, how to put it right. */
export const Failure = ({ error, retry }: { readonly error: unknown; readonly retry?: () => void }): ReactNode => {
  const body = error instanceof Problem ? error.body : null;
  if (body?.status === 403)
    return (
      <Empty icon="key" title={t('denied')}>
        <p lang="en">{body.detail}</p>
      </Empty>
    );
  return (
    <div className="note bad" role="alert">
      <strong>{body === null ? t('failed') : titleOf(body)}</strong>
      {body === null ? (
        <span lang="en">{String(error)}</span>
      ) : body.detail === titleOf(body) ? null : (
        <span lang={languageOf(body)}>{body.detail}</span>
      )}
      {body?.actions.map((action) => (
        <span key={action} lang="en">
          {action}
        </span>
      ))}
      {body?.errors.map(({ path, message }) => (
        <span key={path + message}>
          <code>{path}</code> <span lang="en">{message}</span>
        </span>
      ))}
      {body?.requestId == null ? null : <span className="small muted mono">{body.requestId}</span>}
      {retry === undefined ? null : (
        <div>
          <Button onClick={retry}>{t('retry')}</Button>
        </div>
      )}
    </div>
  );
};

/**
 * A modal: Esc closes it, focus stays inside and goes back (the browser's own). What is typed into it is not lost by Esc, by a browser's
 * way back, or by another address, without a question.
 */
export const Dialog = ({
  title,
  unsaved = false,
  onClose,
  children,
}: {
  readonly title: string;
  /** Something is typed into it that is sent nowhere yet. */
  readonly unsaved?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode => {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useUnsaved(unsaved);
  const onKeyDown = (event: KeyboardEvent): void => {
    // A dialog that lies over this one, opened from inside, is no part of it but for React.
    if (!unsaved || event.key !== 'Escape' || event.target === null) return;
    if (!(event.target instanceof Node) || ref.current?.contains(event.target) !== true) return;
    // Not left to the event `cancel`: of two in a row the browser lets only the first be refused.
    event.preventDefault();
    leave(onClose);
  };
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  // Not inside of what opened it: that may be a form, and forms do not hold forms.
  return createPortal(
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={onClose}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        if (!unsaved || event.target !== ref.current) return;
        event.preventDefault();
        leave(onClose);
      }}
    >
      <div className="body">
        <h2 id={heading}>{title}</h2>
        {children}
      </div>
    </dialog>,
    document.body,
  );
};
