import { CIM_ERRORS, CimError, type CimErrorCode } from '../../../src/cim/errors.ts';
import { type Broker, createBroker } from '../../../src/cim/broker/broker.ts';
import { CimInstance } from '../../../src/cim/instance.ts';
import { ObjectPath } from '../../../src/cim/object-path.ts';
import type { MethodResult } from '../../../src/cim/operations.ts';
import type { MethodProvider } from '../../../src/cim/provider.ts';
import { loadRepository } from '../../../src/cim/repository/load.ts';
import type { ClassRepository } from '../../../src/cim/schema.ts';
import type { CimValues } from '../../../src/cim/values.ts';
import { MemoryAssociation, MemoryChanges, MemoryProvider, WritableProvider } from './providers.ts';

export const V2 = 'root\\virtualization\\v2';
export const V1 = 'root\\virtualization';
export const HOST = 'HV01';
export const GUIDS = [
  '4764334D-E001-4176-82EE-5594EC9B530E',
  '6F0E4F43-2B5B-4BA5-A9E1-0A7B1D1C3C11',
  'A0B1C2D3-1111-2222-3333-444455556666',
] as const;
export const JOB = 'F7A0C1D2-0000-4000-8000-00000000ABCD';

/** What the test methods were called with last. */
export interface MethodCall {
  readonly path: ObjectPath;
  readonly args: CimValues;
}

/** A small Hyper-V host of in-memory providers over the real class repository and broker. */
export interface World {
  readonly repository: ClassRepository;
  readonly broker: Broker;
  readonly systems: MemoryProvider;
  readonly settings: WritableProvider;
  readonly changes: MemoryChanges;
  readonly calls: Map<string, MethodCall>;
}

const REPOSITORY = loadRepository();

const jobPath = (): ObjectPath => ObjectPath.of('Msvm_ConcreteJob', { InstanceID: JOB }, V2);

const system = (name: string, description: string, elementName: string, state: number): CimValues => ({
  CreationClassName: 'Msvm_ComputerSystem',
  Name: name,
  Caption: description === 'Microsoft Virtual Machine' ? 'Virtual Machine' : 'Hosting Computer System',
  Description: description,
  ElementName: elementName,
  EnabledState: state,
  HealthState: 5,
  OperationalStatus: [2, 15],
  OnTimeInMilliseconds: 18_446_744_073_709_551_615n,
  InstallDate: '20240305093001.500000+000',
  TimeOfLastStateChange: '20140403144550.468750+480',
});

export function createWorld(): World {
  const broker = createBroker({
    repository: REPOSITORY,
    hostName: HOST,
    authorize: (context, request) => {
      if (context.caller.role === 'viewer' && request.kind === 'invokeMethod') {
        throw new CimError('accessDenied', 'A viewer may not call methods.');
      }
    },
  });
  const systems = new MemoryProvider(REPOSITORY, V2, 'Msvm_ComputerSystem');
  systems.add(system(HOST, 'Microsoft Hosting Computer System', HOST, 2));
  GUIDS.forEach((guid, i) =>
    systems.add(system(guid, 'Microsoft Virtual Machine', `vm${i} \u{1F680}`, i === 0 ? 2 : 3)),
  );
  const settings = new WritableProvider(REPOSITORY, V2, 'Msvm_VirtualSystemSettingData');
  const states = new MemoryAssociation(REPOSITORY, V2, 'Msvm_SettingsDefineState');
  GUIDS.forEach((guid, i) => {
    const setting = settings.add({
      InstanceID: `Microsoft:${guid}`,
      ElementName: `vm${i}`,
      VirtualSystemIdentifier: guid,
      VirtualSystemType: 'Microsoft:Hyper-V:System:Realized',
      Notes: ['first', 'second'],
      BootOrder: [3, 2, 0, 1],
      BIOSNumLock: true,
      AutomaticStartupActionDelay: '00000000000140.000000:000',
      CreationTime: '20240305093001.000000+000',
    });
    states.add({
      ManagedElement: ObjectPath.of(
        'Msvm_ComputerSystem',
        { CreationClassName: 'Msvm_ComputerSystem', Name: guid },
        V2,
      ),
      SettingData: setting.path(),
    });
  });
  const services = new MemoryProvider(REPOSITORY, V2, 'Msvm_VirtualSystemManagementService');
  services.add({
    CreationClassName: 'Msvm_VirtualSystemManagementService',
    Name: 'vmms',
    SystemCreationClassName: 'Msvm_ComputerSystem',
    SystemName: HOST,
    ElementName: 'Hyper-V Virtual System Management Service',
    Started: true,
    EnabledState: 2,
  });
  const jobs = new MemoryProvider(REPOSITORY, V2, 'Msvm_ConcreteJob');
  jobs.add({
    InstanceID: JOB,
    JobState: 7,
    ErrorCode: 0,
    PercentComplete: 100,
    Name: 'Define',
    ElapsedTime: '00000000000001.250000:000',
  });
  const servicing = new MemoryProvider(REPOSITORY, V2, 'Msvm_ServicingSettings');
  servicing.add({});
  const capabilities = new MemoryProvider(REPOSITORY, V2, 'Msvm_VirtualSystemManagementCapabilities');
  capabilities.add({ InstanceID: 'Microsoft:Definition\\1\\Default', ElementName: 'Line one\nline two \u0001 <&>"' });
  const v1 = new MemoryProvider(REPOSITORY, V1, 'Msvm_ComputerSystem');
  v1.add(system(GUIDS[0], 'Microsoft Virtual Machine', 'vm0', 2));
  const calls = new Map<string, MethodCall>();
  const changes = new MemoryChanges(V2);
  broker.register(systems, settings, states, services, jobs, servicing, capabilities, v1, changes, ...methods(calls));
  return { repository: REPOSITORY, broker, systems, settings, changes, calls };
}

/** What the Hyper-V side gives along with a refusal. */
const refusal = (Message: string): CimInstance =>
  new CimInstance(REPOSITORY.namespace(V2)!.class('Msvm_Error')!, { Message, MessageID: '32775' });

function methods(calls: Map<string, MethodCall>): MethodProvider[] {
  const keep =
    (name: string, answer: (args: CimValues) => MethodResult) =>
    async (_context: unknown, path: ObjectPath, args: CimValues): Promise<MethodResult> => {
      calls.set(name, { path, args });
      return answer(args);
    };
  const resulting = ObjectPath.of(
    'Msvm_ComputerSystem',
    { CreationClassName: 'Msvm_ComputerSystem', Name: GUIDS[1] },
    V2,
  );
  return [
    {
      namespace: V2,
      className: 'Msvm_ComputerSystem',
      methods: {
        RequestStateChange: keep('RequestStateChange', (args) =>
          args['RequestedState'] === 7777
            ? { returnValue: 32_775, out: {}, extended: refusal('The machine is off. Start it first.') }
            : { returnValue: 4096, out: { Job: jobPath() } },
        ),
        InjectNonMaskableInterrupt: keep('InjectNonMaskableInterrupt', () => {
          throw new TypeError("Cannot read properties of undefined (reading '/srv/secret/file.ts:12')");
        }),
      },
    },
    {
      namespace: V2,
      className: 'Msvm_VirtualSystemManagementService',
      methods: {
        DefineSystem: keep('DefineSystem', () => ({ returnValue: 0, out: { ResultingSystem: resulting, Job: null } })),
        AddResourceSettings: keep('AddResourceSettings', () => ({
          returnValue: 0,
          out: {
            ResultingResourceSettings: [
              ObjectPath.of('Msvm_ProcessorSettingData', { InstanceID: 'Microsoft:A\\B' }, V2),
              ObjectPath.of('Msvm_MemorySettingData', { InstanceID: 'Microsoft:C\\D' }, V2),
            ],
          },
        })),
        GetSummaryInformation: keep('GetSummaryInformation', () => ({
          returnValue: 0,
          out: { SummaryInformation: [] },
        })),
        GetVirtualSystemThumbnailImage: keep('GetVirtualSystemThumbnailImage', () => ({
          returnValue: 0,
          out: { ImageData: [1, 2, 250, 255] },
        })),
        FormatError: keep('FormatError', (args) => ({
          returnValue: 0,
          out: { ErrorMessage: (args['Errors'] as string[]).join('\n\n') },
        })),
        // Fails with the CIM error that the text names; never ends for "forever".
        ModifyServiceSettings: async (_context, _path, args) => {
          const wanted = String(args['SettingData'] ?? '');
          if (wanted === 'forever') return new Promise(() => undefined);
          if (wanted in CIM_ERRORS) throw new CimError(wanted as CimErrorCode, `It is ${wanted}.`);
          return { returnValue: 0, out: {} };
        },
        StartService: keep('StartService', () => ({ returnValue: 1, out: {} })),
        GenerateWwpn: keep('GenerateWwpn', () => ({ returnValue: 0, out: { GeneratedWwpn: ['C003FF0000FFFF00'] } })),
        SetInitialMachineConfigurationData: keep('SetInitialMachineConfigurationData', () => ({
          returnValue: 0,
          out: {},
        })),
      },
    },
  ];
}
