import type { Stack } from '@device-lifecycle/operator/stack.ts';

/** Whether the stack is the laptop's runtime. */
export const isLocal = ({ clientConfig }: Stack): boolean => clientConfig.endpoint !== undefined;
