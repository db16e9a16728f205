import { DomainError } from '../errors.ts';

/** Windows codes that clients look for (jobs-and-errors §9). */
export const FILE_NOT_FOUND = '0x80070002';
export const PATH_NOT_FOUND = '0x80070003';

const MAX_SHOWN = 200;

/** A client's text in a message: bounded, and without characters that would break a line of a log or a terminal. */
export const shown = (text: string): string => {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  return `'${cut.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')}'`;
};

export const invalidPath = (text: string, why: string, hresult?: string): DomainError =>
  new DomainError(
    'invalidParameter',
    `${shown(text)} cannot be used: ${why}`,
    hresult === undefined ? {} : { hresult },
  );
