import { answered, type MethodRow, type MethodRows } from './method.ts';
import { refused } from './refused.ts';

/** CIM's "not supported": what the services of a real host answer to being started and stopped. */
const NOT_SUPPORTED = 1;

/** Of every service. */
export const CONTROL = 'Real hosts answer the same: the service is not started and stopped by its own interface.';
const COMPONENTS = 'System components are fixed by this service; none can be added, changed or removed.';
const CHAP = 'CHAP of Fibre Channel ports is not implemented: this service has no virtual Fibre Channel.';
const NETWORK_TEST =
  'Network diagnostics inside the virtual switch are not implemented. Use the tools of the host, such as ping.';
const GUEST_ADDRESS =
  'The guest agent has no way to set addresses. Configure the network inside the guest, for example with cloud-init or DHCP.';

/** Control of the service itself (management-service §1, row 42). */
export const serviceControlMethods = (): MethodRows => ({
  RequestStateChange: notSupported(0),
  StartService: notSupported(null),
  StopService: notSupported(null),
});

const notSupported = (jobType: number | null): MethodRow => ({
  right: 'read',
  jobType,
  out: [],
  refusal: CONTROL,
  run: async () => answered(NOT_SUPPORTED),
});

/** Methods of the management service whose column "Ours" says 32770 (management-service §1). */
export const notOfferedMethods = (): MethodRows => ({
  AddSystemComponentSettings: refused(COMPONENTS, 30, ['ResultingComponentSettings']),
  ModifySystemComponentSettings: refused(COMPONENTS, 31, ['ResultingComponentSettings']),
  RemoveSystemComponentSettings: refused(COMPONENTS, 32),
  AddFibreChannelChap: refused(CHAP, null),
  RemoveFibreChannelChap: refused(CHAP, null),
  DiagnoseNetworkConnection: refused(NETWORK_TEST, 0, ['DiagnosticInformation']),
  TestNetworkConnection: refused(NETWORK_TEST, 0, ['RoundTripTime']),
  SetGuestNetworkAdapterConfiguration: refused(GUEST_ADDRESS, 0),
});
