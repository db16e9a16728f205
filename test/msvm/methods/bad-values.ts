import { ObjectPath } from '../../../src/cim/object-path.ts';
import type { CimParameter } from '../../../src/cim/schema.ts';
import type { CimValue } from '../../../src/cim/values.ts';
import { guidOf, settingText } from '../../kit/hyperv-client.ts';

export const HUGE = 'x'.repeat(10_000_000);
export const VSSD = 'Msvm_VirtualSystemSettingData';
const UNKNOWN = '00000000-0000-4000-8000-00000000DEAD';

const quote = (text: string): string =>
  settingText('Msvm_VirtualSystemSettingData', { ElementName: text, InstanceID: text });

export const BAD_TEXTS: readonly string[] = [
  '',
  '   ',
  'nonsense',
  HUGE,
  `<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData">${HUGE}</INSTANCE>`,
  '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData">',
  '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData">&b;</INSTANCE>',
  '<INSTANCE CLASSNAME="Msvm_NoSuchClass"></INSTANCE>',
  '<INSTANCE CLASSNAME="__SystemClass"></INSTANCE>',
  'instance of Msvm_VirtualSystemSettingData { ElementName = ',
  '\u0000\u0001\u0002',
  'a\nb\r\nc\'d"e,f;g`$(reboot)',
  '../../../../etc/passwd',
  '/proc/self/mem',
  '\\\\?\\C:\\windows\\system32',
  '%ProgramData%\\x',
  quote('../../etc/passwd'),
  quote('a\u0007b'),
  quote('-drive,file=/etc/shadow'),
];

const badPaths = (system: ObjectPath, namespace: string): readonly ObjectPath[] => {
  const id = guidOf(system);
  const vm = { CreationClassName: 'Msvm_ComputerSystem', Name: id };
  return [
    ObjectPath.of('Msvm_ComputerSystem', { ...vm, Name: UNKNOWN }, namespace),
    ObjectPath.of('Msvm_ComputerSystem', vm, 'root\\cimv2'),
    ObjectPath.of('Msvm_ComputerSystem', vm, 'root\\no\\such\\namespace'),
    ObjectPath.of('Msvm_NoSuchClass', { Name: id }, namespace),
    ObjectPath.of('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${UNKNOWN}` }, namespace),
    ObjectPath.of('Msvm_VirtualSystemSettingData', { InstanceID: '' }, namespace),
    ObjectPath.of('Msvm_VirtualSystemSettingData', { InstanceID: HUGE }, namespace),
    ObjectPath.of('Msvm_VirtualSystemSettingData', { InstanceID: 'Microsoft:\u0000"\\\'' }, namespace),
    ObjectPath.of('Msvm_MemorySettingData', { InstanceID: `Microsoft:${id}\\..\\..` }, namespace),
    ObjectPath.of('Msvm_ResourceAllocationSettingData', { InstanceID: 'Microsoft:Definition\\x\\Default' }, namespace),
    ObjectPath.of('CIM_ManagedElement', {}, namespace),
    new ObjectPath(null, namespace, 'Msvm_ComputerSystem', null),
  ];
};

/** Everything that a client can put into a parameter and should not. */
export const badValues = (parameter: CimParameter, system: ObjectPath, namespace: string): readonly CimValue[] => {
  const scalars: readonly Exclude<CimValue, null>[] =
    parameter.type === 'reference'
      ? [...badPaths(system, namespace), 'nonsense', '', HUGE, 5, true]
      : parameter.type === 'string'
        ? [...BAD_TEXTS, 5, true]
        : parameter.type === 'boolean'
          ? ['maybe', '', 7, HUGE]
          : parameter.type === 'datetime'
            ? ['tomorrow', '', HUGE, 5]
            : [parameter.type.startsWith('u') ? -1 : -(2 ** 40), 1.5, Number.NaN, 2 ** 63, 'ten', '', HUGE];
  if (!parameter.array) return [null, ...scalars, [null], []];
  return [
    null,
    [],
    [null],
    ...scalars.map((value) => [value] as CimValue),
    ...scalars.filter((value) => !Array.isArray(value)),
  ];
};
