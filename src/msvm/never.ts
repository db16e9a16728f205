/** What Windows shows for "never": the start of FILETIME (object-model §3). */
export const NEVER = '16010101000000.000000-000';
