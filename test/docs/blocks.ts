/** A block of commands of a page, or commands in a comment that have to be run before it. */
export interface Block {
  readonly line: number;
  readonly text: string;
  /** Why a reader's machine is needed; null: it is run. */
  readonly notRun: string | null;
}

const FENCE = /^```(\w*)\n([^]*?)^```$/gm;
const NOT_RUN = /<!-- not run: ([^]*?) -->\s*$/;
const FIRST = /<!-- first:\n([^]*?)-->/g;

/** ```sh blocks of a page in their order, with the commands of `<!-- first: -->` comments where they stand. */
export const blocksOf = (page: string): readonly Block[] => {
  const lineOf = (index: number): number => page.slice(0, index).split('\n').length;
  const fences = [...page.matchAll(FENCE)]
    .filter(([, language]) => language === 'sh')
    .map(({ index, 2: text = '' }) => ({
      index,
      text,
      notRun: NOT_RUN.exec(page.slice(0, index))?.[1]?.trim() ?? null,
    }));
  const first = [...page.matchAll(FIRST)].map(({ index, 1: text = '' }) => ({ index, text, notRun: null }));
  return [...fences, ...first]
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, text, notRun }) => ({ line: lineOf(index), text, notRun }));
};

/** Languages of fenced blocks; '' where none is said. */
export const languagesOf = (page: string): readonly string[] => [...page.matchAll(FENCE)].map(([, name = '']) => name);
