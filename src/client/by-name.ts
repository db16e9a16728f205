const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Is what somebody calls a thing its id, and not its name? */
export const isId = (nameOrId: string): boolean => GUID.test(nameOrId);

/** Does somebody who says `nameOrId` mean it? */
export const isMeant = ({ id, name }: { readonly id: string; readonly name: string }, nameOrId: string): boolean =>
  isId(nameOrId) ? id.toUpperCase() === nameOrId.toUpperCase() : name === nameOrId;

/** In the order of their names. */
export const byName = <T extends { readonly name: string }>(things: readonly T[]): readonly T[] =>
  things.toSorted((a, b) => a.name.localeCompare(b.name));

/** Nothing has the name or id: no machine, checkpoint, switch, job, plan, drive or whatever `what` says. */
export class NotFoundError extends Error {
  /** The name or id that nothing has, and of what, in words. */
  readonly wanted: string;
  readonly what: string;

  constructor(name: string, what = 'virtual machine') {
    super(`There is no ${what} "${name}".`);
    this.name = 'NotFoundError';
    this.wanted = name;
    this.what = what;
  }
}

export class AmbiguousNameError extends Error {
  constructor(name: string, ids: readonly string[], what = 'virtual machine') {
    super(
      `${ids.length} ${what}${what.endsWith('ch') ? 'es' : 's'} are named "${name}"; give the id: ${ids.join(', ')}.`,
    );
    this.name = 'AmbiguousNameError';
  }
}

/** The one that was found by `nameOrId`. `what`: in words, one of them. @throws NotFoundError AmbiguousNameError */
export const onlyOne = <T extends { readonly id: string }>(found: readonly T[], nameOrId: string, what?: string): T => {
  const [first] = found;
  if (first === undefined) throw new NotFoundError(nameOrId, what);
  if (found.length > 1)
    throw new AmbiguousNameError(
      nameOrId,
      found.map(({ id }) => id),
      what,
    );
  return first;
};
