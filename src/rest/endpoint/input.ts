import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { mediaType } from '../../http/charset.ts';
import { Problem } from '../problems/problem.ts';
import { checkTexts, mayHoldUnspeakable } from './text.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** JSON of a body; undefined when there is none. @throws Problem */
export const readJson = (request: FastifyRequest, body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  const type = mediaType(request.headers['content-type']);
  const json = type === 'application/json' || type === 'application/merge-patch+json';
  if (!json || !['', 'identity'].includes(request.headers['content-encoding'] ?? ''))
    throw new Problem('unsupported-media-type', 'The body must be application/json without a content encoding.');
  try {
    const text = UTF8.decode(body);
    const given: unknown = JSON.parse(text);
    if (mayHoldUnspeakable(text)) checkTexts(given);
    return given;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('invalid-request', 'The body is not JSON in UTF-8.', { cause: error });
  }
};

/** @throws Problem that names every part that does not fit */
export const check = <T>(schema: z.ZodType<T>, given: unknown, what: string): T => {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, 50).map(({ path, message }) => ({ path: path.join('.'), message }));
  const [first] = errors;
  const named = first === undefined || first.path === '' ? what : `${what}: ${first.path}`;
  throw new Problem('invalid-request', `${named}: ${first?.message ?? 'not usable'}.`, { errors });
};
