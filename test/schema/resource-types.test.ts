import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { loadRepository } from '../../src/cim/repository/load.ts';

interface ResourceType {
  readonly type?: number;
  readonly subType?: string;
  readonly class?: string;
}

const facts = JSON.parse(readFileSync(new URL('facts/resource-types.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, unknown>
>;

describe('resource types that clients put into settings', () => {
  const repository = loadRepository();

  for (const [file, namespace] of [
    ['virtualization-v2', 'root/virtualization/v2'],
    ['virtualization', 'root/virtualization'],
  ]) {
    test(`${namespace}: the class of each exists, is a resource's setting and can hold the type`, () => {
      const types = facts[file ?? ''] as readonly ResourceType[];
      const settings = repository.namespace(namespace ?? '');
      const classes = types.filter((one) => one.class !== undefined);
      assert.ok(classes.length > 0);
      for (const { class: name = '', type } of classes) {
        const found = settings?.class(name);
        assert.ok(found?.isA('CIM_ResourceAllocationSettingData') === true, name);
        assert.equal(found.abstract, false, name);
        const property = found.property('ResourceType');
        assert.equal(property?.type, 'uint16', name);
        assert.ok(type === undefined || (type >= 0 && type <= 0xffff), name);
      }
    });
  }
});
