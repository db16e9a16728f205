/** Why a job failed, as the service tells it. */
export interface JobError {
  readonly message: string;
  readonly errors?: readonly { readonly message: string; readonly actions: readonly string[] }[] | null;
}

/**
 * What failed, then each cause once. The message of a job has all of it in paragraphs already, with identifiers, for clients that read nothing
 * else.
 */
export const reasonsOf = ({ message, errors }: JobError): readonly string[] => {
  const [first = '', ...more] = message.split(/\n\n+/);
  const causes = errors ?? [];
  const texts = more.length === 0 || causes.length === 0 ? [message] : [first, ...causes.map((cause) => cause.message)];
  return [...new Set(texts.map((text) => text.replaceAll(/ \((?:Virtual machine|Instance) ID [^)]*\)/g, '').trim()))];
};

/** What helps, each once, but what was said as a reason already. */
export const remediesOf = (error: JobError): readonly string[] => {
  const said = reasonsOf(error).join(' ');
  return [...new Set((error.errors ?? []).flatMap(({ actions }) => actions))].filter((text) => !said.includes(text));
};
