import type { DeviceKindRow } from './kind.ts';
import { plainRow, resourceRow } from './rows.ts';

/** The GUID is ours: no source tells that of real hosts; clients find the element by prefix (object-model §5). */
export const SECURITY_PART = '0A5E8D1B-3C5F-4B7A-9E64-2D1C7F80B6A3';

export const SECURITY_ROWS: readonly DeviceKindRow[] = [
  plainRow({
    kind: 'security',
    settingClass: 'Msvm_SecuritySettingData',
    deviceClass: 'Msvm_SecurityElement',
    fixedPart: SECURITY_PART,
    elementName: 'Security Settings',
    description: 'Settings for the security of the virtual machine.',
    defaults: {
      TpmEnabled: false,
      KsdEnabled: false,
      ShieldingRequested: false,
      DataProtectionRequested: false,
      EncryptStateAndVmMigrationTraffic: false,
      VirtualizationBasedSecurityOptOut: false,
      BindToHostTpm: false,
    },
  }),
  resourceRow({
    kind: 'tpm',
    settingClass: 'Msvm_TPMSettingData',
    resourceType: 1,
    otherResourceType: 'Microsoft:Hyper-V:TPM',
    deviceClass: 'Msvm_TPM',
    fixedPart: '736E6AA9-7D0C-4F4B-9F0D-5E8B1C6A4D21',
    elementName: 'Trusted Platform Module',
    description: 'Settings for the Microsoft Virtual TPM.',
    defaults: { EnabledState: 3, Shielded: false, DataProtected: false },
    removable: true,
  }),
];
