import { createContext, Fragment, type ReactNode, useCallback, useContext, useRef, useState } from 'react';

type Ask = (dialog: (close: () => void) => ReactNode) => void;

const AskContext = createContext<Ask>(() => {});

/**
 * Opens a dialog that outlives what it was opened from: a row may leave its list meanwhile, by a filter, by its place in the order, or
 * because others have deleted what it shows.
 */
export const useAsk = (): Ask => useContext(AskContext);

/** Shows what was asked for by anything in it, until that is closed or the page is left. */
export const Asking = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const [open, setOpen] = useState<{ readonly dialog: ReactNode; readonly id: number } | null>(null);
  const next = useRef(0);
  const ask = useCallback<Ask>((dialog) => {
    const id = next.current++;
    // One that ends late closes no other.
    const close = (): void => setOpen((now) => (now?.id === id ? null : now));
    setOpen({ dialog: dialog(close), id });
  }, []);
  return (
    <AskContext.Provider value={ask}>
      {children}
      {open === null ? null : <Fragment key={open.id}>{open.dialog}</Fragment>}
    </AskContext.Provider>
  );
};
