/** What is chosen after one of them was chosen, or no more. */
export const choosing =
  (id: string, on: boolean) =>
  (before: ReadonlySet<string>): ReadonlySet<string> => {
    const next = new Set(before);
    if (on) next.add(id);
    else next.delete(id);
    return next;
  };
