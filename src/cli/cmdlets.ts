/** Cmdlets of Hyper-V's PowerShell module that a command of ours stands for: people's fingers know them. */
export const CMDLETS: Readonly<Record<string, readonly string[]>> = {
  'get-vm': ['vm', 'list'],
  'new-vm': ['vm', 'create'],
  'set-vm': ['vm', 'set'],
  'start-vm': ['vm', 'start'],
  'stop-vm': ['vm', 'shutdown'],
  'save-vm': ['vm', 'save'],
  'suspend-vm': ['vm', 'pause'],
  'resume-vm': ['vm', 'resume'],
  'restart-vm': ['vm', 'restart'],
  'remove-vm': ['vm', 'delete'],
  'checkpoint-vm': ['checkpoint', 'create'],
  'get-vmcheckpoint': ['checkpoint', 'list'],
  'get-vmsnapshot': ['checkpoint', 'list'],
  'restore-vmcheckpoint': ['checkpoint', 'apply'],
  'restore-vmsnapshot': ['checkpoint', 'apply'],
  'remove-vmcheckpoint': ['checkpoint', 'delete'],
  'remove-vmsnapshot': ['checkpoint', 'delete'],
  'rename-vmcheckpoint': ['checkpoint', 'rename'],
  'rename-vmsnapshot': ['checkpoint', 'rename'],
  'export-vm': ['export'],
  'export-vmcheckpoint': ['checkpoint', 'export'],
  'import-vm': ['import'],
  'get-vmhost': ['doctor'],
};

/** The words of a command line with a cmdlet at its head put into ours; others as they are. */
export const withoutCmdlet = (words: readonly string[]): readonly string[] => {
  const [first, ...rest] = words;
  return first === undefined ? [] : [...(CMDLETS[first.toLowerCase()] ?? [first]), ...rest];
};
