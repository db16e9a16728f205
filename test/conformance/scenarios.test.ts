import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

/** The scenarios of client-usage by number and name: a test of this folder that goes through the wire names each of them. */
const numbers = (letter: string, last: number): readonly string[] =>
  Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
const SAMPLES = [
  'Pvm',
  'Generation2VM',
  'DynamicMemory',
  'AppHealth',
  'EnhancedSession',
  'FibreChannel',
  'IntegrationServices',
  'Metrics',
  'Migration',
  'Networking',
  'Replica',
  'ResourcePools',
  'Storage',
  'StorageQoS',
  'VmOperations',
];
const SCENARIOS = {
  "Microsoft's samples (§2)": SAMPLES,
  'the seeds as clients (§3)': [
    'seed ImportVirtualSystem',
    'seed CreateVirtualSystemSnapshot',
    'seed DefineSystem',
    'seed RealizePlannedSystem',
  ],
  'os-win (§4)': numbers('O', 27),
  'libvirt (§5)': numbers('V', 10),
  'acceptance (§7)': numbers('A', 22),
};

/** How a file gets at a service in a process of its own; a part of such a file is handed its world. */
const THROUGH_THE_WIRE = /\b(?:openWireWorld|WireHost\.open|Service\.start)\(|: \(\) => ClientWorld\)/;

const folder = import.meta.dirname;
const titles = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'scenarios.test.ts')
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .filter((text) => THROUGH_THE_WIRE.test(text))
  .flatMap((text) => [...text.matchAll(/\b(?:test|describe)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)])
  .map(([, , title = '']) => title);

describe('every scenario of client-usage is a test through the wire', () => {
  for (const [clients, scenarios] of Object.entries(SCENARIOS))
    test(clients, () => {
      const missing = scenarios.filter((scenario) => !titles.some((title) => named(scenario).test(title)));
      assert.deepEqual(missing, []);
    });
});

const named = (scenario: string): RegExp => new RegExp(`(?<![\\w])${scenario}(?![\\w])`);
