import { CliError, EXIT, NoStackError } from './errors.ts';
import { asClause } from './output/sentence.ts';
import type { Stack } from './stack.ts';

/** What a program can branch on; people read what `explain` says. */
type ErrorKind =
  /** The operator may not do it. */
  | 'forbidden'
  /** There are none, or none that AWS takes. */
  | 'credentials'
  | 'unreachable'
  | 'throttled'
  | 'notFound'
  | 'noStack'
  /** What was given is wrong. */
  | 'invalid'
  | 'failed';

interface Explanation {
  readonly kind: ErrorKind;
  /** Names of errors of the AWS SDK, of services, or codes of the operating system. */
  readonly names: readonly string[];
  /** Whether every further call would end with it too. */
  readonly isHopeless?: true;
  /** Where there is more to say than the error does. */
  readonly explain?: (error: Error, stack?: Stack) => string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    kind: 'credentials',
    names: ['CredentialsProviderError', 'TokenProviderError'],
    isHopeless: true,
    explain: ({ message }, stack) => {
      // Of a profile that is not there, the SDK says no more than that it has looked everywhere.
      const profile = stack?.clientConfig.profile ?? process.env['AWS_PROFILE'];
      return profile === undefined
        ? `There are no AWS credentials to work with (${asClause(message)}): name a profile with --profile, run "aws sso login", or add --local for the laptop.`
        : `The profile "${profile}" is not there or has no credentials (${asClause(message)}): check --profile, or run "aws sso login --profile ${profile}".`;
    },
  },
  {
    kind: 'credentials',
    names: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
    isHopeless: true,
    explain: () => 'The AWS credentials have expired: get new ones, for example with "aws sso login".',
  },
  {
    kind: 'credentials',
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
    kind: 'credentials',
    names: ['RequestTimeTooSkewed'],
    isHopeless: true,
    explain: () => "This machine's clock is wrong, so that AWS does not take what it signs: set it.",
  },
  {
    kind: 'noStack',
    names: ['PermanentRedirect'],
    isHopeless: true,
    explain: () => 'The bucket is in another Region: check --region.',
  },
  {
    kind: 'forbidden',
    names: ['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'NotAuthorized'],
    isHopeless: true,
    explain: ({ message }) =>
      `You may not do this (${asClause(message)}): docs/operations.md lists the permissions that devicectl needs.`,
  },
  {
    kind: 'unreachable',
    names: [
      'ECONNREFUSED',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ECONNRESET',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'TimeoutError',
    ],
    explain: ({ message }) =>
      `Nothing answers (${asClause(message)}): check the network and --region, or with --local that "npm start" runs.`,
  },
  {
    kind: 'throttled',
    names: [
      'ThrottlingException',
      'TooManyRequestsException',
      'RequestThrottled',
      'LimitExceededException',
      'ProvisionedThroughputExceededException',
    ],
    explain: ({ message }) =>
      `AWS turns calls away for now (${asClause(message)}): try again later; runs of fleets go slower with "fleet adjust", "dead-letters redrive" with a lower --rate.`,
  },
  { kind: 'notFound', names: ['ExecutionDoesNotExist'] },
  {
    kind: 'invalid',
    names: [
      'ValidationException',
      'InvalidArn',
      'InvalidExecutionInput',
      'InvalidName',
      'InvalidParameterException',
      'MalformedQueryException',
    ],
  },
];

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

/** Of services, for what every stack has. */
const MISSING_PARTS = [
  'StateMachineDoesNotExist',
  'ResourceNotFoundException',
  'NoSuchBucket',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
];

/** `why`: what is missing. */
export function noStack({ where, clientConfig }: Pick<Stack, 'where' | 'clientConfig'>, why: string): string {
  const advice =
    clientConfig.endpoint === undefined
      ? 'deploy it, or check --stage, --region and --profile'
      : 'start it again with "npm start"';
  return `There is no stack ${where} (${asClause(why)}): ${advice}.`;
}

const REGIONS: readonly (readonly [message: RegExp, sentence: string])[] = [
  [/region is missing/i, 'No AWS Region is set: give --region, or set AWS_REGION.'],
  [
    /^region not accepted/i,
    'The AWS Region is not the name of one: give --region as in eu-west-1, or check AWS_REGION and your profile.',
  ],
];

const regionProblem = ({ message }: Error): string | undefined =>
  REGIONS.find(([pattern]) => pattern.test(message))?.[1];

/** Node gathers what it was told at each address of a name in an error without words of its own. */
function errorOf(thrown: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error && error.message === '' ? errorOf(first) : error;
}

const isOfMissingPart = (error: Error): boolean =>
  namesOf(error).some((name) => MISSING_PARTS.includes(name));

/** HEAD has no body that would name the error. */
const isRefused = (error: Error): boolean => Object(error).$metadata?.httpStatusCode === 403;

/** One sentence for an operator: what went wrong and what to do. `stack`: that the command was about. */
export function explain(thrown: unknown, stack?: Stack): string {
  const error = errorOf(thrown);
  if (error instanceof CliError) return error.message;
  const region = regionProblem(error);
  if (region !== undefined) return region;
  if (stack !== undefined && isOfMissingPart(error)) return noStack(stack, error.message);
  const known = explanationOf(error)?.explain;
  return known === undefined ? `${error.name}: ${asClause(error.message)}.` : known(error, stack);
}

/** What kind of an error `explain` has words for; of one that was put into words already, what it was. */
export function kindOf(thrown: unknown): ErrorKind {
  const error = errorOf(thrown);
  if (error instanceof CliError) return kindOfCliError(error);
  if (regionProblem(error) !== undefined) return 'credentials';
  if (isOfMissingPart(error)) return 'noStack';
  return explanationOf(error)?.kind ?? (isRefused(error) ? 'forbidden' : 'failed');
}

function kindOfCliError(error: CliError): ErrorKind {
  if (error instanceof NoStackError) return 'noStack';
  if (error.exitCode === EXIT.usage) return 'invalid';
  if (error.exitCode === EXIT.notFound) return 'notFound';
  return error.cause === undefined ? 'failed' : kindOf(error.cause);
}
