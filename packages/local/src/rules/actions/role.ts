import type { ActionParameter } from './action.ts';

/** What every action has but Lambda. */
export const ROLE_ARN: ActionParameter = {
  templates: 'never',
  isRequired: true,
  status: 'partly',
  note: 'it must be the ARN of a role; there is no IAM, so nobody assumes the role, and what it allows is not asked',
};
