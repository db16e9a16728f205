import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadRepository } from '../../../src/cim/repository/load.ts';
import { SettingTexts } from '../../../src/msvm/v2/methods/setting-texts.ts';

const schema = loadRepository().namespace('root\\virtualization\\v2') ?? assert.fail();
const texts = new SettingTexts(schema);
const BASE = 'CIM_VirtualSystemSettingData';
const CLASS = 'Msvm_VirtualSystemSettingData';

const p = (name: string, type: string, value: string, more = ''): string =>
  `<PROPERTY NAME="${name}" TYPE="${type}"${more}><VALUE>${value}</VALUE></PROPERTY>`;
const notes =
  '<PROPERTY.ARRAY NAME="Notes" TYPE="string"><VALUE.ARRAY><VALUE>a</VALUE><VALUE>b</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>';

/** The same content in every form that clients send (embedded-instances §1). */
const FORMS: Readonly<Record<string, string>> = {
  'form 1, CimDtd20': `<INSTANCE CLASSNAME="${CLASS}">${p('ElementName', 'string', 'web1')}${notes}${p('SecureBootEnabled', 'boolean', 'TRUE')}<PROPERTY NAME="LogDataRoot" TYPE="string"></PROPERTY></INSTANCE>`,
  'form 2, WmiDtd20': `<INSTANCE CLASSNAME="${CLASS}"><QUALIFIER NAME="dynamic" TYPE="boolean"><VALUE>TRUE</VALUE></QUALIFIER>${p('__CLASS', 'string', CLASS, ' CLASSORIGIN="___SYSTEM"')}${p('ElementName', 'string', 'web1', ' CLASSORIGIN="CIM_ManagedElement"')}${notes}${p('SecureBootEnabled', 'boolean', 'true')}</INSTANCE>`,
  'form 3, hand-made': `<?xml version="1.0"?>\n<INSTANCE CLASSNAME='${CLASS.toLowerCase()}'>\n  ${p('elementname', 'string', 'web1')}\n  ${notes}\n  ${p('SecureBootEnabled', 'string', 'True')}\n</INSTANCE>\n`,
  'form 4, WS-Management': `<p:${CLASS} xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/${CLASS}"><p:ElementName>web1</p:ElementName><p:Notes>a</p:Notes><p:Notes>b</p:Notes><p:SecureBootEnabled>true</p:SecureBootEnabled></p:${CLASS}>`,
  'form 5, MOF': `instance of ${CLASS} {\n  // a comment\n  ElementName = "web1";\n  Notes = {"a", "b"};\n  SecureBootEnabled = TRUE;\n};`,
  'form 6, wrapped': `<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME="${CLASS}"/><INSTANCE CLASSNAME="${CLASS}">${p('ElementName', 'string', 'web1')}${notes}${p('SecureBootEnabled', 'boolean', '1')}</INSTANCE></VALUE.NAMEDINSTANCE>`,
};

describe('texts of settings in parameters (embedded-instances)', () => {
  for (const [form, text] of Object.entries(FORMS)) {
    test(`E1 ${form}`, () => {
      const instance = texts.read('SystemSettings', text, BASE);
      assert.equal(instance.class.name, CLASS);
      assert.deepEqual(instance.values, { ElementName: 'web1', Notes: ['a', 'b'], SecureBootEnabled: true });
    });
  }

  test('a property without a value is not in it, an empty array is', () => {
    const text = `<INSTANCE CLASSNAME="Msvm_EthernetPortAllocationSettingData"><PROPERTY NAME="Parent" TYPE="string"></PROPERTY><PROPERTY.ARRAY NAME="HostResource" TYPE="string"><VALUE.ARRAY></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY.ARRAY NAME="Connection" TYPE="string"></PROPERTY.ARRAY></INSTANCE>`;
    assert.deepEqual(texts.read('ResourceSettings', text, 'CIM_SettingData').values, { HostResource: [] });
  });

  test('class defaults that the library marked as propagated are no values; anything else propagated is', () => {
    const fallback =
      schema.class('Msvm_MemorySettingData')?.property('AllocationUnits')?.default ?? assert.fail('a default');
    const text = `<INSTANCE CLASSNAME="Msvm_MemorySettingData">${p('AllocationUnits', 'string', String(fallback), ' PROPAGATED="true"')}${p('ElementName', 'string', 'mine', ' PROPAGATED="true"')}</INSTANCE>`;
    assert.deepEqual(texts.read('ResourceSettings', text, 'CIM_SettingData').values, { ElementName: 'mine' });
  });

  test('__PATH counts only where InstanceID is absent', () => {
    const path = p(
      '__PATH',
      'string',
      '\\\\H\\root\\virtualization\\v2:Msvm_MemorySettingData.InstanceID=&quot;Microsoft:A\\\\B&quot;',
    );
    const read = (more: string) =>
      texts.read('x', `<INSTANCE CLASSNAME="Msvm_MemorySettingData">${path}${more}</INSTANCE>`, 'CIM_SettingData')
        .values;
    assert.deepEqual(read(''), { InstanceID: 'Microsoft:A\\B' });
    assert.deepEqual(read(p('InstanceID', 'string', 'own')), { InstanceID: 'own' });
  });

  test('what is no text of the class is refused with a reason: 32773, or 32776 for a type', () => {
    const code = (text: string, base = BASE): string => {
      try {
        texts.read('SystemSettings', text, base);
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error);
        assert.match(error.message, /^SystemSettings /);
        return String(error.code);
      }
      return 'none';
    };
    assert.equal(code('nonsense'), 'invalidParameter');
    assert.equal(code('<INSTANCE CLASSNAME="Msvm_NoSuchClass"/>'), 'invalidParameter');
    assert.equal(code('<INSTANCE CLASSNAME="Msvm_MemorySettingData"/>'), 'invalidParameter');
    assert.equal(
      code(`<INSTANCE CLASSNAME="${CLASS}">${p('AutomaticStartupAction', 'uint16', 'soon')}</INSTANCE>`),
      'wrongType',
    );
    assert.equal(
      code(`<INSTANCE CLASSNAME="${CLASS}">${p('AutomaticStartupAction', 'uint16', '65536')}</INSTANCE>`),
      'wrongType',
    );
    assert.equal(code(`<INSTANCE CLASSNAME="${CLASS}"/>`), 'none');
  });
});
