import { CliError } from './errors.ts';

interface Explanation {
  /** Names of errors of the AWS SDK, of services, or codes of the operating system. */
  readonly names: readonly string[];
  /** Whether every further call would end with it too. */
  readonly isHopeless?: true;
  readonly explain: (error: Error) => string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    names: ['CredentialsProviderError', 'TokenProviderError'],
    isHopeless: true,
    explain: ({ message }) =>
      `There are no AWS credentials to work with (${sentence(message)}): name a profile with --profile, run "aws sso login", or add --local for the laptop.`,
  },
  {
    names: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
    isHopeless: true,
    explain: () => 'The AWS credentials have expired: get new ones, for example with "aws sso login".',
  },
  {
    names: [
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
    ],
    isHopeless: true,
    explain: () =>
      'AWS does not know these credentials: check --profile and the AWS_ variables of your environment.',
  },
  {
    names: ['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'NotAuthorized'],
    isHopeless: true,
    explain: ({ message }) =>
      `You may not do this (${sentence(message)}): docs/operations.md lists the permissions that devicectl needs.`,
  },
  {
    names: ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'TimeoutError'],
    explain: ({ message }) =>
      `Nothing answers (${sentence(message)}): check the network and --region, or with --local that "npm start" runs.`,
  },
  {
    names: [
      'ThrottlingException',
      'TooManyRequestsException',
      'RequestThrottled',
      'LimitExceededException',
      'ProvisionedThroughputExceededException',
    ],
    explain: ({ message }) =>
      `AWS turns calls away for now (${sentence(message)}): try again later, with a lower --rate.`,
  },
];

const sentence = (message: string): string => message.trim().replace(/\.$/, '');

function namesOf(error: Error): readonly string[] {
  const { code, Code } = error as { readonly code?: unknown; readonly Code?: unknown };
  return [error.name, code, Code].filter((name) => typeof name === 'string');
}

const explanationOf = (error: Error): Explanation | undefined =>
  EXPLANATIONS.find(({ names }) => namesOf(error).some((name) => names.includes(name)));

/** Whether trying the next one makes no sense, since it would fail in the same way. */
export function isHopeless(error: unknown): boolean {
  return error instanceof Error && explanationOf(error)?.isHopeless === true;
}

/** One sentence for an operator: what went wrong and what to do. */
export function explain(thrown: unknown): string {
  if (thrown instanceof CliError) return thrown.message;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  // Node gathers what it was told at each address of a name in an error without words of its own.
  const [first] = error instanceof AggregateError ? error.errors : [];
  if (first instanceof Error && error.message === '') return explain(first);
  if (/region is missing/i.test(error.message)) {
    return 'No AWS Region is set: give --region, or set AWS_REGION.';
  }
  const known = explanationOf(error);
  return known === undefined ? `${error.name}: ${error.message}` : known.explain(error);
}
