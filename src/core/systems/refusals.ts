import { DomainError, type ErrorSource } from '../errors.ts';
import type { Guid } from '../model.ts';

/** Refusals that several operations share. Each text says what is wrong and what to do. */
export const invalid = (message: string, options: { hresult?: string; source?: ErrorSource } = {}): DomainError =>
  new DomainError('invalidParameter', message, options);

export const wrongState = (message: string, source?: ErrorSource): DomainError =>
  new DomainError('invalidState', message, source === undefined ? {} : { source });

/** Text of a client inside a message: short, and on one line. */
export const quote = (text: string): string => {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  return `'${line.length > 200 ? `${line.slice(0, 200)}…` : line}'`;
};

export const settingSource = (configuration: Guid, part: string, system: Guid | null = null): ErrorSource => ({
  system,
  configuration,
  part,
});
