/** What a request comes to: the answer's fields that matter, or the name of the error. */
export type Outcome = Readonly<Record<string, unknown>> | string;

/** The one refusal that says more than its name. */
export const identifierTaken = (owner: string): Outcome => `IdentifierTaken by ${owner}`;
