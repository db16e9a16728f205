import { createContext } from 'react';

/** Tells the form around that somebody has put something into it by other means than the keyboard. */
export const TypedContext = createContext<() => void>(() => undefined);
