import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readDefinition } from '../../src/hvfile/definition/read-definition.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { HvFileError } from '../../src/hvfile/error.ts';
import { readExpDefinition } from '../../src/hvfile/text/read-exp.ts';
import { readXmlDefinition } from '../../src/hvfile/text/read-xml.ts';
import { leavesOf, node, pathText } from '../../src/hvfile/tree.ts';
import { exported } from './exported.ts';
import { bool, bytes, integer, lines, machine, printXml, string, utf16 } from './kit.ts';

const tree = node('', [
  node('configuration', [
    node('properties', [
      string('name', ' a & <b>\n ü 🙂'),
      integer('version', 1280),
      bytes('time', Buffer.from([1, 2, 3])),
    ]),
    node('metrics', [node('type', [bool('enabled', true)]), node('type', [bool('enabled', false)]), node('empty', [])]),
  ]),
]);
const text = printXml(tree);

describe('hyperv-files §3: definitions in XML', () => {
  test('the byte order mark wins over the declaration, and stands for itself when missing', () => {
    const swapped = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    const forms: Buffer[] = [
      utf16(text),
      swapped,
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'utf16le').swap16(),
      Buffer.from(`\uFEFF${text}`),
      Buffer.from(text),
      Buffer.from(text.replace('UTF-16', 'windows-1252')),
    ];
    for (const form of forms) assert.deepEqual(readXmlDefinition(form), tree);
  });

  test('typed values, as hosts of different age spell them', () => {
    const read = (type: string, value: string) =>
      leavesOf(readXmlDefinition(Buffer.from(`<configuration><x type="${type}">${value}</x></configuration>`)))[0]
        ?.leaf;
    assert.deepEqual(read('integer', ' -5\n'), integer('x', -5));
    assert.deepEqual(read('integer', '18446744073709551615'), { name: 'x', type: 'uint', value: 2n ** 64n - 1n });
    assert.deepEqual(read('bool', 'TRUE'), bool('x', true));
    assert.deepEqual(read('bytes', 'AAIA\nAGQ=\n'), bytes('x', Buffer.from([0, 2, 0, 0, 100])));
    assert.deepEqual(read('bytes', ''), bytes('x', Buffer.alloc(0)));
    assert.deepEqual(read('string', ''), string('x', ''));
    assert.deepEqual(read('double', '0.5'), { name: 'x', type: 'double', value: 0.5 });
  });

  test('what is wrong is told with the path of the element', () => {
    const cases: [string, string, RegExp][] = [
      ['<a><b type="integer">x</b></a>', '/configuration/a/b', /"x" is no integer/],
      ['<a type="integer">99999999999999999999</a>', '/configuration/a', /no integer/],
      ['<a type="bool">maybe</a>', '/configuration/a', /no bool/],
      ['<a type="bytes">A</a>', '/configuration/a', /no bytes/],
      ['<a type="constructor">x</a>', '/configuration/a', /no type "constructor"/],
      ['<a>text</a>', '/configuration/a', /no type/],
      ['<a><c/></a><a>text<c/></a>', '/configuration/a[1]', /text of its own/],
      ['<a type="string"><c/></a>', '/configuration/a', /elements inside/],
    ];
    for (const [inside, path, message] of cases) {
      assert.throws(() => readXmlDefinition(Buffer.from(`<configuration>${inside}</configuration>`)), {
        name: 'HvFileError',
        path,
        message,
      });
    }
    assert.throws(() => readXmlDefinition(Buffer.from('<other/>')), { name: 'HvFileError', path: '/' });
  });

  test('hardening 4: a document type is refused, declared entities or not', () => {
    for (const doctype of [
      '<!DOCTYPE configuration>',
      '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
      '<!DOCTYPE c [<!ENTITY % p SYSTEM "http://localhost/x">%p;]>',
    ]) {
      assert.throws(
        () => readXmlDefinition(utf16(`${doctype}<configuration><a type="string">&x;</a></configuration>`)),
        {
          name: 'HvFileError',
          reason: 'structure',
        },
      );
    }
    assert.throws(() => readXmlDefinition(Buffer.from('<configuration><a type="string">&x;</a></configuration>')), {
      name: 'HvFileError',
    });
  });

  test('an error names the byte where it is, whatever ends the lines and however characters are stored', () => {
    const lines = [
      '<?xml version="1.0"?>',
      '<configuration>',
      '<!-- ü🙂 -->',
      '<a type="integer">no</a>',
      '</configuration>',
    ];
    const markup = lines.toSpliced(3, 1, '<a b=></a>');
    for (const end of ['\n', '\r\n', '\r', '\r\n\r'])
      for (const [encoding, mark] of [
        ['utf8', ''],
        ['utf8', '\uFEFF'],
        ['utf16le', '\uFEFF'],
      ] as const) {
        const before = Buffer.from(mark + lines.slice(0, 3).join(end) + end, encoding).length;
        const value = Buffer.from(mark + lines.join(end), encoding);
        assert.throws(() => readXmlDefinition(value), {
          reason: 'value',
          offset: before,
          message: `"no" is no integer (in /configuration/a, at offset ${before})`,
        });
        const broken = Buffer.from(mark + markup.join(end), encoding);
        const tagged = Buffer.from(mark + markup.slice(0, 3).join(end) + end + '<a', encoding).length;
        assert.throws(() => readXmlDefinition(broken), { reason: 'structure', offset: tagged });
      }
  });

  test('so does one of the definition that is made of it', () => {
    const made = printXml(writeDefinition(machine(1)));
    const wrong = made.replace(/(<global_id type="string">)[^<]*/, '$1none');
    assert.throws(() => readDefinition(readXmlDefinition(Buffer.from(wrong))), {
      path: '/configuration/properties/global_id',
      offset: Buffer.from(wrong.slice(0, wrong.indexOf('<global_id'))).length,
    });
    const exp = exported().replace(/(NAME="AutomaticStartupAction"[^>]*>\s*<VALUE>)[^<]*/, '$1maybe');
    assert.throws(
      () => readExpDefinition(Buffer.from(exp)),
      (error: unknown) => {
        assert.ok(error instanceof HvFileError);
        assert.match(
          exp.slice(error.offset ?? 0, (error.offset ?? 0) + 60),
          /^<PROPERTY [^>]*NAME="AutomaticStartupAction"/,
        );
        return true;
      },
    );
  });

  test('hardening 5 and 6: depth, size and broken characters, with the offset', () => {
    const deep = '<a>'.repeat(100_000);
    assert.throws(() => readXmlDefinition(Buffer.from(`<configuration>${deep}`)), { reason: 'limit' });
    assert.throws(() => readXmlDefinition(Buffer.from(text), { text: 100 }), { reason: 'limit', offset: 100 });
    assert.throws(() => readXmlDefinition(Buffer.from(text), { items: 3 }), { reason: 'limit' });
    const lone = utf16('<configuration><a type="string">x</a></configuration>');
    const at = lone.indexOf(Buffer.from('x', 'utf16le'), 40);
    lone.writeUInt16LE(0xd800, at);
    assert.throws(() => readXmlDefinition(lone), { reason: 'encoding', offset: at });
    assert.throws(() => readXmlDefinition(Buffer.from('<configuration>\xff</configuration>', 'latin1')), {
      reason: 'encoding',
      offset: 15,
    });
    assert.throws(() => readXmlDefinition(utf16('<configuration/>').subarray(0, -1)), { reason: 'encoding' });
    assert.throws(() => readXmlDefinition(Buffer.alloc(0)), { name: 'HvFileError' });
  });

  test('property: printed and read again, every machine is the same', () => {
    fc.assert(
      fc.property(fc.constantFrom<1 | 2>(1, 2), fc.string({ maxLength: 40 }), (generation, name) => {
        const clean = name.toWellFormed().replace(/[\0-\x1f\uFFFE\uFFFF\x7f]/g, ' ');
        const definition = { ...machine(generation), system: { ...machine(generation).system, ElementName: clean } };
        const before = writeDefinition(definition);
        const after = readXmlDefinition(utf16(printXml(before)));
        // XML has one kind of integer.
        const told = (line: string): string => line.replace(' uint ', ' int ');
        assert.deepEqual(lines(after).map(told), lines(before).map(told));
      }),
      { numRuns: 30 },
    );
  });
});

describe('hyperv-files §3: exports of Server 2008', () => {
  test('an .exp that is the .xml under another name', () => {
    assert.deepEqual(readExpDefinition(utf16(text)), tree);
  });

  test('config.xml comes beside the configuration, its values as text where they have no type', () => {
    const config = utf16(
      '<configuration><CopyVmStorage>true</CopyVmStorage><a><b type="integer">1</b></a></configuration>',
    );
    assert.deepEqual(lines(readExpDefinition(utf16(text), config)).slice(-2), [
      '/export/CopyVmStorage string true',
      '/export/a/b int 1',
    ]);
  });

  test('an .exp of CIM-XML instances becomes the tree of the later formats', () => {
    const definition = readDefinition(readExpDefinition(utf16(exported())));
    assert.equal(definition.id, '6F1B7F4C-9A1E-4B2D-8C3F-0A1B2C3D4E5F');
    assert.equal(definition.generation, 1);
    assert.deepEqual(definition.system, {
      ElementName: 'old & good',
      Notes: ['notes of 2008'],
      ConfigurationDataRoot: 'C:\\VMs\\old',
      SnapshotDataRoot: 'C:\\VMs\\old',
      AutomaticStartupAction: 4,
      AutomaticShutdownAction: 3,
      AutomaticRecoveryAction: 3,
      BIOSGUID: '{5AB19138-BAE3-417B-92CF-17EAB4346C65}',
      BIOSNumLock: true,
      BootOrder: [1, 2, 3, 0],
    });
    assert.deepEqual(definition.processor, { VirtualQuantity: 2n, Limit: 100_000n });
    assert.deepEqual(definition.memory, { VirtualQuantity: 512n, DynamicMemoryEnabled: false });
    assert.deepEqual(
      definition.controllers.map(({ kind, index, drives }) => [
        kind,
        index,
        ...drives.map((drive) => [drive.slot, drive.kind, drive.image?.path ?? null]),
      ]),
      [
        ['ideController', 0, [0, 'diskDrive', 'C:\\VMs\\old\\Virtual Hard Disks\\old.vhd']],
        ['ideController', 1, [0, 'dvdDrive', null]],
        ['scsiController', 0, [5, 'diskDrive', 'D:\\data.vhd']],
      ],
    );
    assert.deepEqual(
      definition.adapters.map(({ kind, id, values, connection }) => [
        kind,
        id,
        values['ElementName'],
        values['Address'],
        values['StaticMacAddress'],
        connection.connected,
        connection.switchId,
      ]),
      [
        [
          'syntheticEthernet',
          'B5996220-9AB5-4A2D-A79D-CBE9C4BC06D6',
          'front',
          '00155D0A0B0C',
          true,
          true,
          'C08CB7B8-9B3C-408E-8E30-5E16A3AEB444',
        ],
        ['emulatedEthernet', 'D5996220-9AB5-4A2D-A79D-CBE9C4BC06D7', 'legacy', '00155D0A0B0D', false, false, ''],
      ],
    );
    assert.deepEqual(definition.serialPorts, [{ index: 1, connection: '\\\\.\\pipe\\old', values: {} }]);
    assert.deepEqual(
      definition.unmapped.map(({ steps }) => pathText(steps)),
      [
        '/instances/Msvm_VirtualSystemSettingData/SettingType',
        '/instances/Msvm_Unheard/Colours',
        '/instances/Msvm_Unheard/Colours[1]',
      ],
    );
  });

  test('values of a wrong type and files without instances', () => {
    const wrong = exported().replace('<VALUE>512</VALUE>', '<VALUE>much</VALUE>');
    assert.throws(() => readExpDefinition(utf16(wrong)), {
      name: 'HvFileError',
      path: '/Msvm_MemorySettingData/VirtualQuantity',
    });
    assert.throws(() => readExpDefinition(Buffer.from('<DECLARATIONS/>')), { name: 'HvFileError', path: '/' });
  });
});
