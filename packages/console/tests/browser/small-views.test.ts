import { describeDeadLetters } from './small-views/dead-letters.ts';
import { describeQueries } from './small-views/queries.ts';
import { describeSecurity } from './small-views/security.ts';
import { describeShell } from './small-views/shell.ts';
import { describeConsole } from './use-console.ts';

const MAY_NOT_STOP_QUERIES = ['--fault', 'logs:StopQuery=AccessDeniedException'];

// One stack for what each needs little of: a start takes longer than they do.
describeConsole('the console', { args: MAY_NOT_STOP_QUERIES }, (fixture) => {
  describeShell(fixture);
  describeSecurity(fixture);
  describeQueries(fixture);
  describeDeadLetters(fixture);
});
