/** 12 hex digits, as Hyper-V takes and tells them. */
export const plainMac = (mac: string): string => mac.replaceAll(/[:-]/g, '').toUpperCase();
