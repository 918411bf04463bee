import { availableParallelism } from 'node:os';

/** Tests are ES modules in TypeScript; swc strips the types, Node runs the modules as they are. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFiles: ['<rootDir>/tests/seed-fast-check.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/.serverless', '<rootDir>/.esbuild'],
};

const project = (displayName, ...folders) => ({
  ...common,
  displayName,
  testMatch: folders.map((folder) => `<rootDir>/${folder}/**/*.test.ts`),
});

const packaged = (name, ...others) => ({
  ...project(name, `packages/${name}/tests`),
  testPathIgnorePatterns: [...others, '/tests/fuzz/', '/tests/tools/'],
});

/** Too long for `npm test`, or in need of a tool. */
const LONG = '(dynamodb-local|mutants)\\.test\\.ts';

export default {
  projects: [
    // `npm test`: what proves the mission.
    {
      ...project('service', 'tests/unit', 'tests/contract', 'tests/properties', 'tests/e2e'),
      testPathIgnorePatterns: [LONG],
    },
    packaged('operator'),
    packaged('devicectl'),
    packaged('console', '/tests/browser/'),
    // `npm run check:package`
    project('template', 'tests/template'),
    // `npm run test:rest`
    {
      ...project('integration', 'tests/integration', 'tests/{contract,properties}', 'packages/*/tests/tools'),
      testPathIgnorePatterns: [`tests/(contract|properties)/.*(?<!${LONG})$`],
    },
    project('fuzz', 'tests/fuzz', 'packages/*/tests/fuzz'),
    packaged('local'),
    project('browser', 'packages/console/tests/browser'),
  ],
  reporters: ['default', '<rootDir>/tests/results-reporter.mjs'],
  // Of hooks too, some of which package the service or start a stack, on machines that may be slow.
  testTimeout: 60_000,
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
};
