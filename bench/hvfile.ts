import { readContainer } from '../src/hvfile/container/read.ts';
import { writeContainer } from '../src/hvfile/container/write.ts';
import { readDefinition } from '../src/hvfile/definition/read-definition.ts';
import { writeDefinition } from '../src/hvfile/definition/write-definition.ts';
import { leavesOf } from '../src/hvfile/tree.ts';
import { machine } from '../test/hvfile/kit.ts';
import { header, report, single, spread } from './kit/figures.ts';

const GOAL = 1000;
const ROUND = 500;

/** Operations per second, in rounds; the first is not counted. */
const rate = async (work: () => Promise<unknown>): Promise<number[]> => {
  const sample: number[] = [];
  for (let round = 0; round < 6; round++) {
    const started = performance.now();
    for (let i = 0; i < ROUND; i++) await work();
    if (round > 0) sample.push((ROUND * 1000) / (performance.now() - started));
  }
  return sample;
};

/** Definitions of machines as import and the list of a dead host's machines read them. */
export async function vmcx(): Promise<void> {
  header('Definition files');
  const tree = writeDefinition(machine(1));
  const file = writeContainer(tree);
  const keys = leavesOf(tree).length;
  const limit = { what: 'goal', value: single(GOAL) };
  report({
    what: `.vmcx of ${keys} keys parsed`,
    unit: '/s',
    ours: spread(await rate(() => readContainer(file))),
    beside: limit,
    goal: { atLeast: 1 },
  });
  report({
    what: 'parsed and understood as a machine',
    unit: '/s',
    ours: spread(await rate(async () => readDefinition((await readContainer(file)).root))),
    beside: null,
    goal: null,
  });
  report({
    what: 'written',
    unit: '/s',
    ours: spread(await rate(async () => writeContainer(writeDefinition(machine(1))))),
    beside: null,
    goal: null,
  });
}
