import { RestError } from './error.ts';

/** What is found by an id that somebody typed; null: nothing has it, or nothing can. @throws RestError ConnectionError */
export const orMissing = async <T>(id: string, find: () => Promise<T>): Promise<T | null> => {
  // No part of an address can be one of these.
  if (/^\.{0,2}$/.test(id)) return null;
  try {
    return await find();
  } catch (error) {
    if (error instanceof RestError && error.status === 404) return null;
    throw error;
  }
};
