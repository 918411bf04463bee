import type { ActionParameter } from './action.ts';

/** What every action has but Lambda. */
export const ROLE_ARN: ActionParameter = {
  isRequired: true,
};
