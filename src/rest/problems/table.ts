/**
 * Every way a request is refused, by its stable code. `cause` and `remedy` make the page of docs/errors; what is wrong with
 * this request is said in `detail`.
 */
export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: 'The request cannot be used',
    cause: 'A member of the body, a parameter of the address or a header has a value that the route does not take.',
    remedy: '`errors` names each of them. /openapi.json says what the route takes.',
  },
  'invalid-parameter': {
    status: 400,
    title: 'A value does not fit',
    cause: 'The request is well formed, but the service cannot do this with this machine or this host (32773).',
    remedy: '`detail` names the value and what would fit.',
  },
  'wrong-type': {
    status: 400,
    title: 'A value has the wrong type',
    cause: 'A value has not the type that the class or method of the schema declares (32776).',
    remedy: 'Send it with the type of the schema.',
  },
  unauthenticated: {
    status: 401,
    title: 'Who are you?',
    cause: 'There are no credentials, or they do not fit, or the session or token is over.',
    remedy:
      'Log in by POST /api/v1/session, or send Basic credentials or a token. Over plain HTTP from afar nothing is taken.',
  },
  'access-denied': {
    status: 403,
    title: 'Your role does not allow this',
    cause: 'The role of the account, or the scope of the token, is too small for this operation (32769).',
    remedy: 'Ask an administrator of this host for another role, or use a token with a wider scope.',
  },
  'csrf-token-missing': {
    status: 403,
    title: 'The CSRF token is missing',
    cause: 'A request that changes something came with the cookie of a session and without its CSRF token.',
    remedy: 'Send the `csrfToken` of GET /api/v1/session as the header X-CSRF-Token.',
  },
  'foreign-origin': {
    status: 403,
    title: 'The request comes from another site',
    cause: 'A browser sent the request for a page of another site (`Origin`, `Sec-Fetch-Site`).',
    remedy: 'Call the API from a page of this service, or from a program.',
  },
  'not-found': {
    status: 404,
    title: 'It is not there',
    cause: 'There is no such route, or no object with this id; it may have been deleted meanwhile.',
    remedy: 'Read the list again and use an id of it.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The route does not know this verb',
    cause: 'The address is right, the verb is not.',
    remedy: 'Use one of the verbs of the header Allow.',
  },
  'invalid-state': {
    status: 409,
    title: 'The state does not allow this',
    cause: 'The machine, plan, checkpoint or job is in a state in which this cannot be done (32775).',
    remedy: 'Bring it into the state that `detail` asks for, and ask again.',
  },
  'in-use': {
    status: 409,
    title: 'Something else is using it',
    cause: 'Another operation is under way on the same machine or object (32774).',
    remedy: 'Wait until that is over: the jobs of the machine tell when.',
  },
  'file-in-use': {
    status: 409,
    title: 'The file is in use, or is not there',
    cause: 'A machine, plan or job uses the file, or there is no such file (32779).',
    remedy: '`detail` says which. Detach it there first, or name another file.',
  },
  'already-exists': {
    status: 409,
    title: 'It is there already',
    cause: 'A file, account or object of this name exists.',
    remedy: 'Choose another name, or change what is there.',
  },
  'precondition-failed': {
    status: 412,
    title: 'It has changed meanwhile',
    cause:
      'If-Match names a revision that is no longer the one in force, or If-None-Match: * was asked of what exists.',
    remedy: 'Read it again, decide again, and send the new ETag.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too long',
    cause: 'The body has more bytes than this route takes.',
    remedy: 'Send less. Disk images go to PUT /api/v1/files/content.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not JSON',
    cause: 'The body has another media type than the route takes, or a content encoding.',
    remedy: 'Send application/json in UTF-8, unencoded.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'The file is not that long',
    cause: 'The header Range asks for bytes behind the end of the file.',
    remedy: 'Content-Range says how many bytes the file has. Ask for some of them, or leave Range out.',
  },
  'unknown-host': {
    status: 421,
    title: 'This service has another name',
    cause:
      'The header Host names neither an address, nor localhost, nor this host: a foreign name points here (DNS rebinding).',
    remedy: 'Use the name or an address of the host, or list the name in the setting allowed_hosts.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The key was used for something else',
    cause: 'The Idempotency-Key came before with another route or another body.',
    remedy: 'Make a new key for each request that is not a repetition.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too much at once',
    cause: 'This account has more event streams, sessions or tokens than the service keeps for one.',
    remedy: 'Close some of them.',
  },
  'operation-failed': {
    status: 500,
    title: 'The operation failed',
    cause: 'The service tried and could not: the hypervisor, a file or the host refused (32768).',
    remedy: '`detail` has the reason; the log of the service has more under the request id.',
  },
  internal: {
    status: 500,
    title: 'The service failed',
    cause: 'A defect of the service.',
    remedy: 'The log has it under the request id. Please report it.',
  },
  'not-supported': {
    status: 501,
    title: 'This is not supported',
    cause: 'Hyper-V has it and this service or this host has not (32770).',
    remedy: '`detail` says why, and what to do instead.',
  },
  'not-available': {
    status: 503,
    title: 'Not now',
    cause:
      'What is needed is not there at the moment: the guest does not answer, or the service starts or stops (32777, 32780).',
    remedy: 'Ask again in a while.',
  },
  timeout: {
    status: 504,
    title: 'It took too long',
    cause: 'The operation was not over in the time it has (32772).',
    remedy: 'See what became of it, and ask again.',
  },
  'out-of-memory': {
    status: 507,
    title: 'The host has too little memory',
    cause: 'The machine needs more memory than the host has left (32778).',
    remedy: 'Stop another machine, or give this one less.',
  },
  'out-of-space': {
    status: 507,
    title: 'The disk of the host has too little space',
    cause: 'There is less free space than the operation needs.',
    remedy: '`detail` has both figures. Make room, or use another folder.',
  },
} as const satisfies Record<string, { status: number; title: string; cause: string; remedy: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Where the page of a code is served. */
export const problemType = (code: ProblemCode): string => `/api/v1/errors/${code}`;

export const isProblemCode = (text: string): text is ProblemCode => Object.hasOwn(PROBLEMS, text);

/** The page of a code, as it lies in docs/errors and as the service tells it. */
export const problemPage = (code: ProblemCode): string => {
  const { status, title, cause, remedy } = PROBLEMS[code];
  return `# ${code}\n\n**${status} ${title}**\n\n${cause}\n\n**What to do.** ${remedy}\n`;
};
