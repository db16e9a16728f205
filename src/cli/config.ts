import { loadConfig } from '../daemon/config/config.ts';

export function showConfig(): void {
  const config = loadConfig({ environment: process.env, root: process.getuid?.() === 0 });
  console.log(JSON.stringify({ ...config, admin_password: config.admin_password === null ? null : '(set)' }, null, 2));
}
