import { app } from './de/app.ts';
import { machines } from './de/machines.ts';
import { service } from './de/service.ts';
import type { Texts } from './en.ts';

export const de: Texts = { ...app, ...machines, ...service };
