/** How many tokens of an execution are remembered, and for how long: API reference, RedriveExecution. */
const MAX_TOKENS = 10;
const TOKEN_LIFE_MS = 15 * 60 * 1_000;

interface UsedToken {
  readonly token: string;
  readonly redriveDateMs: number;
}

/** The client tokens of redrives: a request that arrives again redrives nothing and gets the same answer. */
export class RedriveTokens {
  readonly #used = new Map<string, readonly UsedToken[]>();

  /** When the redrive with a token was made, in epoch milliseconds; undefined when there was none lately. */
  find(executionArn: string, token: string | undefined, nowMs: number): number | undefined {
    const used = this.#used.get(executionArn)?.find((candidate) => candidate.token === token);
    return used !== undefined && used.redriveDateMs + TOKEN_LIFE_MS > nowMs ? used.redriveDateMs : undefined;
  }

  add(executionArn: string, token: string | undefined, redriveDateMs: number): void {
    if (token === undefined) return;
    const used = this.#used.get(executionArn) ?? [];
    this.#used.set(executionArn, [{ token, redriveDateMs }, ...used].slice(0, MAX_TOKENS));
  }
}
