import type { Undocumented } from '../support/undocumented.ts';

/** Each is decided once, here; an answer of AWS's own to any of it settles it. */
export const undocumented: readonly Undocumented[] = [
  {
    name: 'States.ALL and States.DataLimitExceeded',
    decision: 'A catcher or retrier of States.ALL is not meant for States.DataLimitExceeded',
    reason: 'the guide says so, though answers of AWS that others recorded in 2024 have it caught',
  },
  {
    name: 'States.Runtime in ErrorEquals',
    decision: 'Nothing catches or retries it, by its name neither',
    reason: 'the guide says that it will always cause the execution to fail',
  },
  {
    name: 'a Choice without a match',
    decision: 'The execution fails with States.Runtime, and not with States.NoChoiceMatched',
    reason:
      "it is what AWS's histories show; nothing but a catcher could tell them apart, and a Choice has none",
  },
  {
    name: 'States.HeartbeatTimeout in errorOutput',
    decision: 'ErrorEquals can name it; histories and $states.errorOutput have States.Timeout',
    reason:
      'the guide has it "only available inside the Catch and Retry fields", and recorded histories have States.Timeout',
  },
  {
    name: 'variables of more than 256 KiB, or 10 MiB in all',
    decision: 'States.DataLimitExceeded; the variables of branches and iterations count while these run',
    reason: 'the guide gives the limits, and no error',
  },
  {
    name: 'a variable of the states around, assigned inside a Parallel or a Map',
    decision: 'The definition is refused, at the place of the inner one',
    reason: 'the guide forbids it, and does not say when',
  },
  {
    name: 'TaskStateAborted of the task that fails an iteration',
    decision: 'It is told after MapIterationFailed, for tasks alone',
    reason: 'the one recorded history of that kind has it; of branches there is none',
  },
  {
    name: 'the members of an object as items of a Distributed Map',
    decision:
      'Without an ItemSelector each is { Key, Value }; the context object has Key and Value beside Index',
    reason: 'the guide says that objects are iterated over, and shows the context object alone',
  },
  {
    name: 'evaluation limits of JSONata',
    decision: 'Ten seconds and a depth of 1,000 for an expression, then States.QueryEvaluationError',
    reason: 'the guide has no numbers',
  },
  {
    name: "$partition, $range, $hash, $random and $parse, for what they don't take",
    decision: 'As others have measured it: undefined, or the errors D3137 and T0410',
    reason: 'the guide shows what they give for what they take',
  },
  {
    name: 'a path that finds nothing',
    decision: 'The execution fails with States.Runtime, and not with States.ParameterPathFailure',
    reason: "the guide names both errors; AWS's workshops and everybody's histories show States.Runtime",
  },
  {
    name: 'an ItemsPath that finds nothing',
    decision: 'States.ReferencePathConflict, "Unable to apply step"',
    reason: 'it is what executions on AWS have told, and the guide has no error for it',
  },
  {
    name: 'the index of an element that there is not',
    decision: 'The path finds nothing',
    reason: 'IsPresent tells an empty array by it; the guide says nothing of payload templates',
  },
  {
    name: 'a wildcard, slice or filter after a name that there is not',
    decision: 'An empty array; States.Runtime where what is there is no array',
    reason: 'others have measured it so on AWS',
  },
  {
    name: 'arguments that an intrinsic function does not take',
    decision: 'States.IntrinsicFailure, with a cause of our own',
    reason: 'the guide names the error, and neither its cause nor what functions do not take',
  },
  {
    name: 'States.MathRandom with a seed',
    decision: 'The same number for the same seed, and not the number that AWS gives',
    reason: 'the guide does not say how it is made',
  },
  {
    name: 'OutputPath of a state whose error was caught',
    decision: 'Not applied: the catcher gives the output by its ResultPath',
    reason: 'the guide tells of the ResultPath alone',
  },
  {
    name: 'codes of diagnostics of expressions',
    decision: 'INVALID_JSONATA_EXPRESSION and UNSUPPORTED_JSONATA_EXPRESSION',
    reason: 'the API reference has none for expressions',
  },
  {
    name: 'TestState without a roleArn',
    decision: 'It is run',
    reason: 'there are no roles to assume, and the member is not required',
  },
];
