import { escapeXml } from '../../src/xml/escape.ts';

type Properties = Readonly<Record<string, string | readonly string[] | null>>;

const instance = (className: string, properties: Properties): string => {
  const printed = Object.entries(properties).map(([name, value]) => {
    if (value === null) return `<PROPERTY NAME="${name}" TYPE="string"></PROPERTY>`;
    if (typeof value === 'string')
      return `<PROPERTY NAME="${name}" TYPE="string"><VALUE>${escapeXml(value)}</VALUE></PROPERTY>`;
    const values = value.map((text) => `<VALUE>${escapeXml(text)}</VALUE>`).join('');
    return `<PROPERTY.ARRAY NAME="${name}" TYPE="string"><VALUE.ARRAY>${values}</VALUE.ARRAY></PROPERTY.ARRAY>`;
  });
  return `<VALUE.OBJECT><INSTANCE CLASSNAME="${className}">${printed.join('')}</INSTANCE></VALUE.OBJECT>`;
};

const MACHINE = '6F1B7F4C-9A1E-4B2D-8C3F-0A1B2C3D4E5F';
const IDE = '83F8638B-8DCA-4152-9EDA-2CA8B33039B4';
const SCSI = 'AA4B08D9-E0F7-4ADD-B08C-3259AC8BD05D';
const RASD = 'Msvm_ResourceAllocationSettingData';

const id = (part: string): string => `Microsoft:${MACHINE}\\${part}`;
const path = (part: string): string =>
  `\\\\HOST\\root\\virtualization:${RASD}.InstanceID="${id(part).replaceAll('\\', '\\\\')}"`;
const resource = (part: string, subType: string, more: Properties): string =>
  instance(RASD, { InstanceID: id(part), ResourceSubType: subType, ...more });

/** An export of Server 2008 as a list of the machine's settings in CIM-XML. */
export const exported = (): string =>
  `<?xml version="1.0" encoding="UTF-16"?><DECLARATIONS><DECLGROUP>${[
    instance('Msvm_VirtualSystemGlobalSettingData', {
      SystemName: MACHINE,
      ElementName: 'old & good',
      ExternalDataRoot: 'C:\\VMs\\old',
      SnapshotDataRoot: 'C:\\VMs\\old',
      AutomaticStartupAction: '2',
      AutomaticShutdownAction: '1',
      AutomaticRecoveryAction: '1',
    }),
    instance('Msvm_VirtualSystemSettingData', {
      Notes: 'notes of 2008',
      BIOSGUID: '{5AB19138-BAE3-417B-92CF-17EAB4346C65}',
      BIOSNumLock: 'TRUE',
      BIOSSerialNumber: null,
      BootOrder: ['1', '2', '3', '0'],
      SettingType: '3',
    }),
    instance('Msvm_ProcessorSettingData', { VirtualQuantity: '2', Limit: '100000' }),
    instance('Msvm_MemorySettingData', { VirtualQuantity: '512', DynamicMemoryEnabled: 'false' }),
    resource(`${IDE}\\0`, 'Microsoft Emulated IDE Controller', { Address: '0' }),
    resource(`${IDE}\\1`, 'Microsoft Emulated IDE Controller', { Address: '1' }),
    resource(`${IDE}\\0\\0\\D`, 'Microsoft Synthetic Disk Drive', { Parent: path(`${IDE}\\0`), Address: '0' }),
    resource(`${IDE}\\0\\0\\L`, 'Microsoft Virtual Hard Disk', {
      Parent: path(`${IDE}\\0\\0\\D`),
      Connection: ['C:\\VMs\\old\\Virtual Hard Disks\\old.vhd'],
    }),
    resource(`${IDE}\\1\\0\\D`, 'Microsoft Synthetic DVD Drive', { Parent: path(`${IDE}\\1`), Address: '0' }),
    resource(SCSI, 'Microsoft Synthetic SCSI Controller', {}),
    resource(`${SCSI}\\0\\5\\D`, 'Microsoft Synthetic Disk Drive', { Parent: path(SCSI), Address: '5' }),
    resource(`${SCSI}\\0\\5\\L`, 'Microsoft Virtual Hard Disk', {
      Parent: path(`${SCSI}\\0\\5\\D`),
      Connection: ['D:\\data.vhd'],
    }),
    resource('8E3A359F-559A-4B6A-98A9-1690A6100ED7\\1', 'Microsoft Serial Port', { Connection: ['\\\\.\\pipe\\old'] }),
    instance('Msvm_SyntheticEthernetPortSettingData', {
      InstanceID: id('B5996220-9AB5-4A2D-A79D-CBE9C4BC06D6'),
      ElementName: 'front',
      Address: '00155D0A0B0C',
      StaticMacAddress: 'TRUE',
      Connection: [
        '\\\\HOST\\root\\virtualization:Msvm_SwitchPort.CreationClassName="Msvm_SwitchPort",Name="2F6A3C11-7D0B-4E3C-9A77-1D3F5B7C9E02",SystemCreationClassName="Msvm_VirtualSwitch",SystemName="C08CB7B8-9B3C-408E-8E30-5E16A3AEB444"',
      ],
    }),
    instance('Msvm_EmulatedEthernetPortSettingData', {
      InstanceID: id('D5996220-9AB5-4A2D-A79D-CBE9C4BC06D7'),
      ElementName: 'legacy',
      Address: '00155D0A0B0D',
    }),
    instance('Msvm_Unheard', { Colours: ['red', 'green'] }),
  ].join('\n')}</DECLGROUP></DECLARATIONS>`;
