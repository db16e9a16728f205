import { app } from './en/app.ts';
import { machines } from './en/machines.ts';
import { service } from './en/service.ts';

export const en = { ...app, ...machines, ...service } as const;

export type Texts = Readonly<Record<keyof typeof en, string>>;
