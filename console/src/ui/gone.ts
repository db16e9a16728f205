import { createContext } from 'react';

/** That what the dialogs below are about is no longer there, in words; null: it is. They then stay, say so, and send nothing. */
export const GoneContext = createContext<string | null>(null);
