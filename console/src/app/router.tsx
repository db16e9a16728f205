import { useSyncExternalStore, type AnchorHTMLAttributes, type ReactNode } from 'react';
import { leave, withdraw } from '../ui/unsaved.ts';

/** Addresses stand behind `#`: the service knows one page only. `#/machines/<id>/disks?x=y` -> ['machines', id, 'disks']. */
const read = (): string => location.hash.slice(1) || '/';

const pathOf = (address: string): string => address.split('?')[0] ?? '';

/** Entries of the browser's history have numbers, so that whoever stays comes back to where they were, forwards or backwards. */
const numbered = (): number | null => {
  const { entry } = (history.state ?? {}) as { readonly entry?: unknown };
  return typeof entry === 'number' ? entry : null;
};

const numberAs = (entry: number): number => {
  history.replaceState({ entry }, '');
  return entry;
};

/** What is on the screen; the address differs from it while its user is asked whether to leave what is not saved. */
let shown = { address: read(), entry: numbered() ?? numberAs(0) };
/** Where the browser is. */
let here = shown.entry;
/** Where the page goes by itself, unasked: what was there has ended. */
let ended: string | null = null;
const listeners = new Set<() => void>();

const show = (address: string, entry: number): void => {
  shown = { address, entry };
  for (const listener of listeners) listener();
};

const arrived = (): void => {
  here = numbered() ?? numberAs(here + 1);
  const [to, entry] = [read(), here];
  const asks = to !== ended && pathOf(to) !== pathOf(shown.address);
  ended = null;
  if (asks)
    leave(
      () => show(to, entry),
      () => history.go(shown.entry - here),
    );
  else {
    withdraw();
    show(to, entry);
  }
};
addEventListener('hashchange', arrived);

const subscribe = (changed: () => void): (() => void) => {
  listeners.add(changed);
  return () => listeners.delete(changed);
};

export const useRoute = (): { readonly parts: readonly string[]; readonly search: URLSearchParams } => {
  const hash = useSyncExternalStore(subscribe, () => shown.address);
  const [path = '', search = ''] = hash.split('?');
  return { parts: path.split('/').filter(Boolean).map(decode), search: new URLSearchParams(search) };
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

export const hrefOf = (...parts: readonly string[]): string => `#/${parts.map(encodeURIComponent).join('/')}`;

export const go = (...parts: readonly string[]): void => {
  location.hash = hrefOf(...parts);
};

/** For the end of work that this page began: goes there unless its user has gone on to another page meanwhile. */
export const goFromHere = (): ((...parts: readonly string[]) => void) => {
  const from = location.hash;
  return (...parts) => {
    if (location.hash !== from) return;
    ended = hrefOf(...parts).slice(1);
    if (ended === read()) ended = null;
    else go(...parts);
  };
};

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & {
  readonly to: readonly string[];
  readonly children: ReactNode;
};

export const Link = ({ to, children, ...rest }: LinkProps): ReactNode => (
  <a href={hrefOf(...to)} {...rest}>
    {children}
  </a>
);
