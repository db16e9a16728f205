/** What CIM does not tell of the service. */
export interface ServiceFacts {
  readonly hypervisor: string;
  readonly hypervisorVersion: string;
  readonly accelerator: string;
  readonly acceleratorReason: string;
}
