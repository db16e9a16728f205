/** Like Promise.all, but waits for all before it tells a failure, the first in their order: what is under way could not be cleared away. */
export async function allOf<const T extends readonly Promise<unknown>[]>(
  work: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
