import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CimInstance } from '../../src/cim/instance.ts';
import { NAMESPACE, WORLD } from '../kit/cim-world.ts';
import { schemaOf } from '../kit/schema-builder.ts';

const cimClass = schemaOf(NAMESPACE, WORLD).class('Test_DeviceSetting') ?? assert.fail('the class is there');
const names = cimClass.properties.map(({ name }) => name);

test('a value by name in any case: its own, be it NULL, before the shared one; NULL for what nobody has', () => {
  const values = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(null, '', 'own', 0, false));
  fc.assert(
    fc.property(values, values, (own, shared) => {
      const instance = new CimInstance(cimClass, own, shared);
      for (const name of names) {
        const expected = name in own ? own[name] : (shared[name] ?? null);
        for (const spelling of [name, name.toLowerCase(), name.toUpperCase()])
          assert.equal(instance.get(spelling), expected, spelling);
        assert.equal(instance.value(name), expected);
        assert.equal(instance.values[name] ?? null, expected);
      }
      assert.equal(instance.get('Unknown'), null);
    }),
  );
});
