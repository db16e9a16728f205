/** Where the API lies (K10). */
export const PREFIX = '/api/v1';
