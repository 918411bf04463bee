/** What some tests need that npm does not install. `npm run test:tools` installs all of them on Debian. */
export const TOOLS = ['aws', 'cfn-lint', 'chromium', 'dynamodb-local', 'moto', 'zsh'] as const;

export type Tool = (typeof TOOLS)[number];

/**
 * Whether the tests that need a tool can run. A tool that is missing fails them, unless `ALLOW_MISSING` names it
 * (`npm run test:all -- --allow-missing NAME`).
 * @param problem why it cannot be used; undefined where it can
 * @throws Error which says how to install it
 */
export function hasTool(tool: Tool, problem: string | undefined): boolean {
  if (problem === undefined) return true;
  if ((process.env['ALLOW_MISSING'] ?? '').split(',').includes(tool)) return false;
  throw new Error(
    `${tool} is missing (${problem}). Install it, on Debian by "npm run test:tools", or test without it: npm run test:all -- --allow-missing ${tool}`,
  );
}
