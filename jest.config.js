/** Tests are ES modules in TypeScript; swc strips the types, Node runs the modules as they are. */
export default {
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
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/.serverless', '<rootDir>/.esbuild'],
  // Of hooks too, some of which package the service or start a stack, on machines that may be slow.
  testTimeout: 60_000,
  maxWorkers: 2,
};
