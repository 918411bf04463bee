/** What a request comes to: the answer's fields that matter, or the name of the error. */
export type Outcome = Readonly<Record<string, unknown>> | string;
