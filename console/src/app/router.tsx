import { useSyncExternalStore, type AnchorHTMLAttributes, type ReactNode } from 'react';

/** Addresses stand behind `#`: the service knows one page only. `#/machines/<id>/disks?x=y` -> ['machines', id, 'disks']. */
const read = (): string => location.hash.slice(1) || '/';

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};

export const useRoute = (): { readonly parts: readonly string[]; readonly search: URLSearchParams } => {
  const hash = useSyncExternalStore(subscribe, read);
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
  const here = location.hash;
  return (...parts) => {
    if (location.hash === here) go(...parts);
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
