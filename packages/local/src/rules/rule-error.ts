/** A rule that can't be run as AWS would run it. Thrown when a rule is made, never while messages flow. */
export class RuleError extends Error {
  /** Where in the SQL or template, as a 0-based offset. */
  readonly position: number | undefined;

  constructor(message: string, position?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RuleError';
    this.position = position;
  }

  /** The same error, its message naming the rule and the position. */
  of(ruleName: string): RuleError {
    const where = this.position === undefined ? '' : `, position ${this.position}`;
    return new RuleError(`Rule ${ruleName}${where}: ${this.message}.`, this.position, { cause: this });
  }
}

/** The SQL can't be evaluated for this payload. AWS IoT logs that, and runs neither action nor error action. */
export class RuleEvaluationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RuleEvaluationError';
  }
}
