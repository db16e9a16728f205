import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from './basics.tsx';
import { Icon, type IconName } from './icons.tsx';

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly href?: string;
  /** Of some of which one holds: whether it is this one. */
  readonly checked?: boolean;
  readonly run?: () => void;
}

/** Items, of actions and of choices alike. */
const ITEMS = '[role^=menuitem]';

/** A button with a list of actions; arrow keys, Home, End and Esc as in menus of the desktop. Null: a line. */
export const Menu = ({
  label,
  text,
  icon = 'more',
  look = 'quiet',
  items,
}: {
  readonly label: string;
  readonly text?: string;
  readonly icon?: IconName;
  readonly look?: 'quiet' | 'primary' | undefined;
  readonly items: readonly (MenuItem | null)[];
}): ReactNode => {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (open && list.current !== null && button.current !== null) place(list.current, button.current);
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    const away = (): void => setOpen(false);
    root.current?.querySelector<HTMLElement>(ITEMS)?.focus({ preventScroll: true });
    document.addEventListener('pointerdown', outside);
    addEventListener('scroll', away, { once: true });
    addEventListener('resize', away, { once: true });
    return () => {
      document.removeEventListener('pointerdown', outside);
      removeEventListener('scroll', away);
      removeEventListener('resize', away);
    };
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    const all = [...(root.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length)?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      event.preventDefault();
      close();
    } else if (event.key === 'Tab') setOpen(false);
  };
  return (
    <div className="menu" ref={root} onKeyDown={open ? onKey : undefined}>
      <Button
        {...(look === 'primary' ? { look } : text === undefined ? { look: 'quiet' as const } : {})}
        icon={icon}
        aria-haspopup="menu"
        aria-expanded={open}
        // What is read out begins with what is seen.
        aria-label={text === undefined ? label : `${text}: ${label}`}
        onClick={(event) => {
          button.current = event.currentTarget;
          setOpen(!open);
        }}
      >
        {text}
      </Button>
      {open ? (
        <div role="menu" aria-label={label} popover="manual" ref={list}>
          {items.map((item, n) => {
            if (item === null) return <hr key={n} />;
            const inside = (
              <>
                {item.icon === undefined ? null : <Icon name={item.icon} />}
                {item.label}
                {item.checked === true ? (
                  <span className="chosen">
                    <Icon name="check" />
                  </span>
                ) : null}
              </>
            );
            if (item.href !== undefined)
              return (
                <a key={item.label} role="menuitem" href={item.href} onClick={() => setOpen(false)}>
                  {inside}
                </a>
              );
            return (
              <button
                key={item.label}
                type="button"
                role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
                aria-checked={item.checked}
                className={item.danger === true ? 'danger' : undefined}
                aria-disabled={item.disabled === true}
                onClick={() => {
                  if (item.disabled === true) return;
                  close();
                  item.run?.();
                }}
              >
                {inside}
              </button>
            );
          })}
        </div>
      ) : null}
    </div>
  );
};

const GAP = 4;

/** Over everything else, below its button, or above it where there is no room. */
function place(list: HTMLElement, button: HTMLElement): void {
  list.showPopover();
  const at = button.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = at.bottom + GAP;
  const top = below + height <= innerHeight - GAP ? below : Math.max(GAP, at.top - GAP - height);
  const left = Math.max(GAP, Math.min(at.right - width, innerWidth - width - GAP));
  list.style.top = `${top}px`;
  list.style.left = `${left}px`;
}
