import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CimError } from '../../src/cim/errors.ts';
import { foldNamespace } from '../../src/cim/names.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import { pathKey, samePath } from '../../src/cim/path/compare-paths.ts';
import { formatPath, formatRelativePath } from '../../src/cim/path/format-path.ts';
import { normalizePath } from '../../src/cim/path/normalize-path.ts';
import { parsePath, tryParsePath } from '../../src/cim/path/parse-path.ts';
import { schemaOf } from '../kit/schema-builder.ts';
import { NAMESPACE, WORLD } from '../kit/cim-world.ts';

const HOME = { host: 'HOST1', namespace: NAMESPACE };
const schema = schemaOf(NAMESPACE, WORLD);
const failsWith = (code: string) => (e: unknown) => e instanceof CimError && e.code === code;

describe('object paths (object-model §1, wql §5)', () => {
  const same: readonly (readonly [string, string])[] = [
    ['full', '\\\\HOST1\\root\\test\\v2:Test_System.CreationClassName="Test_System",Name="A"'],
    ['all slashes (os-win)', '//HOST1/root/test/v2:Test_System.CreationClassName="Test_System",Name="A"'],
    ['dot host', '\\\\.\\root\\test\\v2:Test_System.CreationClassName="Test_System",Name="A"'],
    ['namespace case', '\\\\host1\\ROOT\\Test\\V2:test_system.creationclassname="test_system",NAME="a"'],
    ['no host', 'root\\test\\v2:Test_System.Name="A",CreationClassName="Test_System"'],
    ['bare', "Test_System.CreationClassName='Test_System',Name='A'"],
    ['blanks around = and ,', 'Test_System . CreationClassName = "Test_System" , Name = "A"'.replace(' . ', '.')],
    ['a lost leading backslash', '\\HOST1\\root\\test\\v2:Test_System.CreationClassName="Test_System",Name="A"'],
  ];
  for (const [what, text] of same) {
    test(`the same object: ${what}`, () => {
      const canonical = '\\\\HOST1\\root\\test\\v2:Test_System.CreationClassName="Test_System",Name="A"';
      const path = parsePath(text);
      assert.ok(samePath(path, parsePath(canonical)));
      const normalized = normalizePath(path, schema);
      assert.equal(formatPath(normalized, HOME).toLowerCase(), canonical.toLowerCase());
      assert.equal(pathKey(normalized), pathKey(normalizePath(parsePath(canonical), schema)));
    });
  }

  test('Q-056 backslash and quote of a value are escaped by a backslash, and others stay', () => {
    assert.equal(parsePath('A.B="Microsoft:G\\\\83\\"x"').key('b'), 'Microsoft:G\\83"x');
    assert.equal(parsePath("A.B='Microsoft:G\\83'").key('B'), 'Microsoft:G\\83');
    assert.equal(parsePath('A.B="say ""hi"""').key('B'), 'say "hi"');
    assert.equal(parsePath('A.B="",C=""').key('B'), '');
    assert.equal(parsePath('A.B="\\\\\\\\srv\\\\d"').key('B'), '\\\\srv\\d');
    assert.equal(parsePath('A.B="\\\\srv\\d"', { reading: 'raw' }).key('B'), '\\\\srv\\d');
  });

  test('Q-055 short form, singleton, class path', () => {
    assert.equal(parsePath('Test_Job="7"').key(''), '7');
    assert.equal(normalizePath(parsePath('test_job="7"'), schema).keys?.get('InstanceID'), '7');
    assert.ok(samePath(parsePath('Test_Job="7"'), parsePath('Test_Job.InstanceID="7"')));
    assert.ok(parsePath('Test_Host=@').singleton);
    assert.equal(formatRelativePath(normalizePath(parsePath('test_host=@'), schema), HOME), 'Test_Host=@');
    assert.equal(parsePath('\\\\H\\root\\test\\v2:Test_System').keys, null);
  });

  test('values without quotes: numbers, hex, booleans, large numbers', () => {
    const path = parsePath('A.B=12,C=-0x1F,D=TRUE,E=18446744073709551615');
    assert.deepEqual([...(path.keys?.values() ?? [])], [12, -31, true, 18446744073709551615n]);
  });

  test('references among the keys are read and written as nested full paths', () => {
    const text =
      '\\\\HOST1\\root\\test\\v2:Test_SettingsDefineState.ManagedElement="\\\\\\\\HOST1\\\\root\\\\test\\\\v2:Test_System.CreationClassName=\\"Test_System\\",Name=\\"A\\"",SettingData="\\\\\\\\HOST1\\\\root\\\\test\\\\v2:Test_SystemSetting.InstanceID=\\"Microsoft:A\\\\\\\\1\\""';
    const path = normalizePath(parsePath(text), schema);
    const setting = path.key('SettingData');
    assert.ok(setting instanceof ObjectPath);
    assert.equal(setting.key('InstanceID'), 'Microsoft:A\\1');
    assert.equal(formatPath(path, HOME), text);
    assert.equal(pathKey(path), pathKey(parsePath(text)));
  });

  for (const bad of [
    '',
    '=',
    'A.',
    'A.B',
    'A.B=',
    'A.B="x',
    'A.B="x"y',
    'A.B="x",',
    'A.B="x",b="y"',
    '\\\\H\\root',
    '1A.B="x"',
    'A.B={x}',
    'root\\x:',
    '\\\\H:A',
    'C:\\VMs\\disk.vhdx',
    'A B',
  ]) {
    test(`malformed: ${JSON.stringify(bad)} is 0x8004103A`, () => {
      assert.throws(() => parsePath(bad), failsWith('invalidObjectPath'));
    });
  }

  test('normalising names what is wrong', () => {
    assert.throws(() => normalizePath(parsePath('Nope.A="1"'), schema), failsWith('invalidClass'));
    assert.throws(
      () => normalizePath(parsePath('Test_System.Nope="1"'), schema),
      (e) => e instanceof CimError && e.code === 'invalidObjectPath' && e.subject === 'Nope',
    );
    assert.throws(() => normalizePath(parsePath('Test_System="1"'), schema), failsWith('invalidObjectPath'));
    assert.throws(() => normalizePath(parsePath('Test_System=@'), schema), failsWith('invalidObjectPath'));
  });

  test('a namespace in any spelling; a million slashes cost no more than to be read', () => {
    for (const text of ['root\\test\\v2', 'Root/Test/V2', '//ROOT\\test/v2\\\\', '/root/test/v2/'])
      assert.equal(foldNamespace(text), 'root\\test\\v2', text);
    assert.deepEqual(['', '/', '\\/\\'].map(foldNamespace), ['', '', '']);
    const slashes = '/'.repeat(1 << 20);
    assert.equal(foldNamespace(`root${slashes}x`).length, slashes.length + 5);
    assert.equal(foldNamespace(`${slashes}root${slashes}`), 'root');
  });

  test('different objects differ', () => {
    const base = parsePath('\\\\H\\root\\a:X.K="1"');
    for (const other of [
      '\\\\I\\root\\a:X.K="1"',
      '\\\\H\\root\\b:X.K="1"',
      'Y.K="1"',
      'X.K="2"',
      'X.L="1"',
      'X',
      'X.K="1",L="2"',
    ]) {
      assert.equal(samePath(base, parsePath(other)), false, other);
    }
  });

  test('any path survives format and parse', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.integer(),
      fc.bigInt({ min: 1n << 60n, max: (1n << 64n) - 1n }),
    );
    const keys = fc.uniqueArray(fc.tuple(name, value), {
      minLength: 1,
      maxLength: 4,
      selector: ([n]) => n.toLowerCase(),
    });
    fc.assert(
      fc.property(name, keys, (className, bindings) => {
        const path = new ObjectPath(null, null, className, new Map(bindings));
        const read = parsePath(formatPath(path, HOME));
        assert.deepEqual(new Map([...(read.keys ?? [])].toSorted()), new Map([...bindings].toSorted()));
        assert.equal(read.host, 'HOST1');
        assert.equal(read.namespace, NAMESPACE);
      }),
    );
  });

  test('no text makes the reader throw anything but CimError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\\/:.="',@A-Cx0-9 ]{0,40}$/)), (text) => {
        tryParsePath(text);
      }),
    );
  });
});
