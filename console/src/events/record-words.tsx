import type { ReactNode } from 'react';
import type { AuditRecord } from '../api/types.ts';
import { word } from '../i18n/index.ts';

/** Return values of Hyper-V's methods and refusals of CIM, by the code of REST's problem that says the same (docs/return-values.md). */
const CODES: Readonly<Record<string, string>> = {
  32768: 'operation-failed',
  32769: 'access-denied',
  32770: 'not-supported',
  32772: 'timeout',
  32773: 'invalid-parameter',
  32774: 'in-use',
  32775: 'invalid-state',
  32776: 'wrong-type',
  32777: 'not-available',
  32778: 'out-of-memory',
  32779: 'file-in-use',
  failed: 'operation-failed',
  accessDenied: 'access-denied',
  notFound: 'not-found',
  invalidParameter: 'invalid-parameter',
  alreadyExists: 'already-exists',
  notSupported: 'not-supported',
};

/** What came of it, in words; a number that programs know stands behind. */
export const Result = ({ result }: { readonly result: string }): ReactNode => {
  const code = CODES[result];
  if (code === undefined) return word(Object.hasOwn(PROBLEMS_TOLD, result) ? 'problem' : 'result', result);
  return (
    <>
      {word('problem', code)} <span className="muted num">{result}</span>
    </>
  );
};

/** Refusals that front ends tell by the code of their problem. */
const PROBLEMS_TOLD: Readonly<Record<string, true>> = Object.fromEntries(
  Object.values(CODES).map((code) => [code, true]),
);

/** `ModifyResourceSettings` may be broken where a word begins. */
export const Breakable = ({ name }: { readonly name: string }): ReactNode =>
  name.split(/(?<=[a-z])(?=[A-Z])/).map((part, n) => (
    <span key={n}>
      {n === 0 ? null : <wbr />}
      {part}
    </span>
  ));

const GUID = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/i;

/**
 * `\\\\HOST\\root\\...:Msvm_X.A="...",Name="ID"` -> class and the machine, by its name: the one that it has now, else the one that it had
 * then. A bare id is that of a machine, or of a part of it. Services are told by what was done already, and jobs by the result.
 */
const objectText = (path: string, nameOf: (id: string) => string | undefined): string | null => {
  const [, className = '', keys = ''] = /:(\w+)(?:\.(.*))?$/s.exec(path) ?? [];
  if (className.endsWith('Service') || className.endsWith('Job')) return null;
  const told =
    className === ''
      ? path
      : ([...keys.matchAll(/(?:Name|InstanceID|DeviceID)="([^"]*)"/g)].map((match) => match[1] ?? '').at(-1) ?? '');
  const name = nameOf(GUID.exec(told)?.[0].toUpperCase() ?? '');
  const shown = name ?? told.replace(/^Microsoft:/, '').replaceAll('\\\\', '\\');
  return [className.replace(/^(?:Msvm|Vsms)_/, ''), shown].filter(Boolean).join(' ');
};

/** What a record was about; several settings of one machine are told once each. */
export const objectsOf = (
  { objects, names }: Pick<AuditRecord, 'objects' | 'names'>,
  now: ReadonlyMap<string, string>,
): readonly { readonly path: string; readonly text: string }[] => {
  const found = new Map<string, string>();
  for (const path of objects) {
    const text = objectText(path, (id) => now.get(id) ?? names[id]);
    if (text !== null && ![...found.values()].includes(text)) found.set(path, text);
  }
  return [...found].map(([path, text]) => ({ path, text }));
};
