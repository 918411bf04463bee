/** `GET /api/session`: where the console is, and who looks at it. */
export interface Session {
  readonly stackName: string;
  /** For people: `device-lifecycle-dev in eu-west-1`. */
  readonly where: string;
  /** Whether it is the laptop's runtime, which has a clock and devices to play with. */
  readonly isLocal: boolean;
  /** Whether this console refuses every change. */
  readonly isReadOnly: boolean;
  /** The operator's ARN. */
  readonly operator: string;
  readonly region: string;
  readonly accountId: string;
  /** How often it makes sense to ask for what changes, in milliseconds. */
  readonly pollMs: number;
}
