import assert from 'node:assert/strict';
import { rm, truncate } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { DomainError } from '../../../src/core/errors.ts';
import type { PathResolver } from '../../../src/core/paths/resolver.ts';
import { runtimeFilesIn } from '../../../src/core/plans/runtime-files.ts';
import { writeContainer } from '../../../src/hvfile/container/write.ts';
import type { MachineDefinition } from '../../../src/hvfile/definition/definition.ts';
import { writeDefinition } from '../../../src/hvfile/definition/write-definition.ts';
import { type HvItem, type HvLeaf, type HvNode, isNode } from '../../../src/hvfile/tree.ts';
import { machine } from '../../hvfile/kit.ts';
import { seeded } from '../../vhd/disks.ts';
import { CALLER, makeWorld, type World } from '../kit.ts';
import {
  checkpoint,
  exportOf,
  FIRST,
  imported,
  MACHINE,
  numbers,
  plain,
  put,
  realized,
  SECOND,
  validated,
} from './plan-kit.ts';
import { FUZZ_SEED, fuzzed } from '../../kit/fuzz.ts';

const FILES = 100;
const EDGES = [0n, 1n, -1n, 255n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];
const TEXTS = [
  '',
  '\0',
  '..\\..\\..\\etc\\passwd',
  '/proc/self/mem',
  '\ud800',
  'x'.repeat(30_000),
  '{',
  MACHINE,
  '%s',
  'CON',
];

type Pick = (below: number) => number;

const leaf = (given: HvLeaf, pick: Pick): HvLeaf => {
  const edge = EDGES[pick(EDGES.length)] ?? 0n;
  const text = TEXTS[pick(TEXTS.length)] ?? '';
  switch (given.type) {
    case 'int':
      return { ...given, value: edge };
    case 'uint':
      return { ...given, value: BigInt.asUintN(64, edge) };
    case 'string':
      return { ...given, value: text };
    case 'bool':
      return { ...given, value: !given.value };
    case 'bytes':
      return { ...given, value: Buffer.alloc(pick(64), pick(256)) };
    default:
      return given;
  }
};

/** The tree with some values at their edges, nodes that are there twice, are gone, or stand in another's place. */
const twisted = (given: HvNode, all: readonly HvItem[], pick: Pick, rate: number): HvNode => {
  const below = (child: HvItem, often: number): HvItem => {
    if (isNode(child)) return twisted(child, all, pick, often);
    return pick(often) === 0 ? leaf(child, pick) : child;
  };
  const children = given.children.flatMap((child): readonly HvItem[] => {
    if (pick(rate) !== 0) return [below(child, rate)];
    switch (pick(4)) {
      case 0:
        return [];
      case 1:
        return [child, below(child, rate)];
      case 2:
        return [{ ...(all[pick(all.length)] ?? child), name: child.name }];
      default:
        return [below(child, 2)];
    }
  });
  return { ...given, children };
};

const itemsOf = (given: HvItem): readonly HvItem[] => [
  given,
  ...(isNode(given) ? given.children.flatMap(itemsOf) : []),
];

/** Imported, looked through, and made a machine where it can be; whatever it is, nothing but a refusal comes of it. */
const live = async (world: World, definition: string, snapshots: string): Promise<string> => {
  let plan;
  try {
    plan = await imported(world, definition, { snapshotFolder: snapshots });
  } catch (error) {
    assert.ok(error instanceof DomainError, String((error as Error).stack));
    return 'refused';
  }
  const judged = await validated(world, plan.id);
  assert.ok([7, 10, 32768].includes(judged.state));
  for (const { message } of judged.errors) assert.ok(message.length < 5000, 'a finding does not carry the file');
  const job = await realized(world, plan.id);
  assert.equal(job.state === 7, judged.state !== 10, job.errorDescription ?? '');
  const [left] = [...world.core.graph.systems()];
  await world.ended(await world.core.operations.destroy(CALLER, left?.id ?? ''));
  assert.equal([...world.core.graph.systems()].length, 0);
  return job.state === 7 ? 'realized' : 'plan';
};

describe('hostile definitions', () => {
  for (const [name, base] of [
    ['everything', machine(2)],
    ['everything of generation 1', machine(1)],
    ['little', plain({ snapshots: { items: [{ id: FIRST, parent: null }], parent: FIRST } })],
  ] as const)
    test(`${FILES} definitions of ${name} with values that none can have`, async (t) => {
      const world = await makeWorld(t);
      const { definition, snapshots } = await exportOf(world, base, {
        snapshots: [checkpoint(FIRST, 'first', 'disk.raw')],
      });
      const tree = writeDefinition(base);
      const all = itemsOf(tree);
      const pick = seeded(FUZZ_SEED + name.length);
      const outcomes = new Map<string, number>();
      for (let i = 0; i < FILES; i++) {
        await put(definition, writeContainer(twisted(tree, all, pick, 4 + pick(60))));
        const outcome = await fuzzed(`definition ${i}`, () => live(world, definition, snapshots));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      assert.ok((outcomes.get('refused') ?? 0) < FILES, 'some are read');
    });

  test('checkpoints that descend from each other, from themselves, twice, or from none', async (t) => {
    const world = await makeWorld(t);
    const trees: readonly MachineDefinition['snapshots'][] = [
      { items: [{ id: FIRST, parent: FIRST }], parent: FIRST },
      {
        items: [
          { id: FIRST, parent: SECOND },
          { id: SECOND, parent: FIRST },
        ],
        parent: FIRST,
      },
      {
        items: [
          { id: FIRST, parent: null },
          { id: FIRST, parent: SECOND },
        ],
        parent: SECOND,
      },
      { items: [{ id: MACHINE, parent: null }], parent: MACHINE },
      { items: [], parent: FIRST },
    ];
    for (const items of trees) {
      const { definition, snapshots } = await exportOf(world, plain({ snapshots: items }), {
        snapshots: [checkpoint(FIRST, 'first', 'disk.raw'), checkpoint(SECOND, 'second', 'disk.raw')],
      });
      await live(world, definition, snapshots);
    }
  });

  test('checkpoints whose files together would fill the memory are not read', async (t) => {
    const world = await makeWorld(t);
    const items = [
      { id: FIRST, parent: null },
      { id: SECOND, parent: FIRST },
    ];
    const { definition, snapshots } = await exportOf(world, plain({ snapshots: { items, parent: SECOND } }), {
      snapshots: [checkpoint(FIRST, 'first', 'disk.raw'), checkpoint(SECOND, 'second', 'disk.raw')],
    });
    await truncate(`${snapshots}/${SECOND}.vmcx`, 200 << 20);
    const plan = await imported(world, definition, { snapshotFolder: snapshots });
    assert.deepEqual(
      plan.snapshots.map(({ type }) => type),
      ['planned', 'missing'],
    );
    const job = await validated(world, plan.id);
    assert.deepEqual(numbers(job), ['90002']);
    assert.match(job.errors[0]?.message ?? '', /more than 128 MiB/);
  });

  test('of hundreds of defects a hundred are told, and how many there are', async (t) => {
    const world = await makeWorld(t);
    const others = Array.from({ length: 700 }, (_, i) => ({
      kind: 'pciExpress' as const,
      part: `1A5E8D1B-3C5F-4B7A-9E64-${String(i).padStart(12, '0')}`,
      parent: null,
      values: {},
    }));
    const { definition } = await exportOf(world, plain({ others }));
    const plan = await imported(world, definition);
    const job = await validated(world, plan.id);
    assert.deepEqual([job.state, job.errors.length], [10, 100]);
    assert.match(job.errors.at(-1)?.message ?? '', /600 more are not told/);
    const refused = await realized(world, plan.id);
    assert.deepEqual([refused.state, refused.errors.length], [10, 100]);
  });

  test('a folder is listed once, however many checkpoints are in it', async (t) => {
    const world = await makeWorld(t);
    const { snapshots } = await exportOf(world, plain(), { runtime: { [`Snapshots/${SECOND}.uefi.fd`]: 'x' } });
    let looks = 0;
    const paths = {
      resolve: async (text: string) => {
        looks++;
        return { text, file: text, exists: true };
      },
    } as unknown as PathResolver;
    const beside = runtimeFilesIn(paths);
    const definition = plain();
    for (const id of [FIRST, SECOND, MACHINE]) {
      const text = `${snapshots}/${id}.vmcx`;
      const found = await beside({ text, file: text, id, definition }, id);
      assert.equal(found.length, id === SECOND ? 1 : 0);
    }
    assert.equal(looks, 1);
  });

  test('UEFI variables and the state of a TPM that are too large to be any, or gone, are not copied', async (t) => {
    const world = await makeWorld(t);
    const variables = `Virtual Machines/${MACHINE}.uefi.fd`;
    const state = `Virtual Machines/${MACHINE}.tpm/state`;
    const { definition, folder } = await exportOf(world, plain(), { runtime: { [variables]: 'x', [state]: 'y' } });
    const plan = await imported(world, definition);
    assert.deepEqual(numbers(await validated(world, plan.id)), []);
    await truncate(`${folder}/${variables}`, 2 ** 40);
    await truncate(`${folder}/${state}`, 2 ** 30);
    const job = await validated(world, plan.id);
    assert.deepEqual([job.state, numbers(job)], [10, ['90012', '90012']]);
    assert.match(job.errors[0]?.message ?? '', /UEFI variables .* has 1099511627776 bytes, and at most 64 MiB/);
    assert.match(job.errors[1]?.message ?? '', /TPM .* at most 16 MiB/);
    assert.deepEqual(numbers(await realized(world, plan.id)), ['90012', '90012']);
    await rm(`${folder}/${variables}`);
    await truncate(`${folder}/${state}`, 1);
    const gone = await validated(world, plan.id);
    assert.deepEqual([gone.state, numbers(gone)], [10, ['90012']]);
  });
});
