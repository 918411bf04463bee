import { AwsError } from '../../aws.ts';
import type { State } from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';

type JsonType = 'string' | 'number' | 'any';

/** The members that a Context object may be given. */
const MEMBERS: Readonly<Record<string, Readonly<Record<string, JsonType>>>> = {
  Execution: {
    Id: 'string',
    Input: 'any',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
  },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'number' },
  StateMachine: { Id: 'string', Name: 'string' },
  Task: { Token: 'string' },
};

/** Checks a Context object that is given for a test. Throws `ValidationException`. */
export function checkContext(context: JsonObject, state: State): void {
  for (const [name, value] of Object.entries(context)) {
    if (name === 'Map') throw refused("'Map' field is not supported when mocking a Context object");
    const members = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (members === undefined) throw refused(`Field '${name}' is not allowed`);
    checkMembers(name, value, members);
  }
  if (context['Task'] !== undefined && !isWaiting(state)) {
    throw refused(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' " +
        'service integration pattern',
    );
  }
}

function checkMembers(name: string, value: Json, members: Readonly<Record<string, JsonType>>): void {
  if (!isJsonObject(value)) throw refused(`${name} must be an object`);
  for (const [member, given] of Object.entries(value)) {
    const type = Object.hasOwn(members, member) ? members[member] : undefined;
    if (type === undefined) throw refused(`Field '${member}' is not allowed`);
    if (type !== 'any' && typeof given !== type) throw refused(`${name}.${member} must be a ${type}`);
  }
}

function isWaiting(state: State): boolean {
  return state.Type === 'Task' && /\.(?:sync(?::\d+)?|waitForTaskToken)$/.test(state.Resource);
}

function refused(reason: string): AwsError {
  return new AwsError('ValidationException', `Invalid Context object provided: ${reason}`);
}
