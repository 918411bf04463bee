import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

export interface NamedText {
  readonly name: string;
  readonly content: string;
}

const RULES = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }];
/** AWS's own example, and the one that the laptop gives its functions, open nothing. */
const ACCESS_KEY_ID = /\b(?!AKIAIOSFODNN7EXAMPLE|AKIALOCALRUNTIME0000)(?:AKIA|ASIA)[A-Z0-9]{16}\b/g;

const linesIn = (content: string): number => content.split('\n').length;

/** Says of a line of all texts together which line of which text it is. */
function createPlaces(texts: readonly NamedText[]): (line: number) => string {
  const ends: number[] = [];
  for (const { content } of texts) ends.push((ends.at(-1) ?? 0) + linesIn(content));
  return (line) => {
    const index = ends.findIndex((end) => line <= end);
    return `${texts[index]?.name}:${line - (ends[index - 1] ?? 0)}`;
  };
}

const accessKeyIdsIn = ({ name, content }: NamedText): string[] =>
  [...content.matchAll(ACCESS_KEY_ID)].map(
    ({ 0: id, index }) => `${name}:${linesIn(content.slice(0, index))}: access key id ${id}`,
  );

/**
 * What looks like a secret, by the formats that secretlint knows (keys, tokens) and as an id of an AWS access key, with
 * its place. All texts at once: what secretlint remembers of each run takes longer with every run before it.
 */
export async function findSecrets(texts: readonly NamedText[]): Promise<readonly string[]> {
  const content = texts.map((text) => text.content).join('\n');
  const { messages } = await lintSource({
    source: { content, filePath: 'all', ext: '.txt', contentType: 'text' },
    options: { locale: 'en', noPhysicFilePath: true, config: { rules: RULES } },
  });
  const placeOf = createPlaces(texts);
  const found = messages.map(({ loc, message }) => `${placeOf(loc.start.line)}: ${message}`);
  return [...found, ...texts.flatMap(accessKeyIdsIn)];
}

const UNLOGGABLE = [
  /-----BEGIN [A-Z0-9 ]+-----/,
  /AWS4-HMAC-SHA256|X-Amz-(?:Credential|Security-Token|Signature)=|x-amz-security-token/i,
];

/** What must not stand in a log: secrets, certificates, signatures of requests, session tokens. */
export async function findUnloggable(logs: readonly NamedText[]): Promise<readonly string[]> {
  const found = logs.flatMap(({ name, content }) =>
    UNLOGGABLE.flatMap((pattern) => pattern.exec(content)?.slice(0, 1) ?? []).map(
      (text) => `${name}: ${text}`,
    ),
  );
  return [...found, ...(await findSecrets(logs))];
}
