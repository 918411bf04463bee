/** Imports point inward: see docs/decisions.md. Nobody is exempt. */
const OURS = '^(functions|shared|layer|packages|demo|bench|tests)/';

/** What is in `from` imports, of this repository, only what is in `allowed`. */
const only = (from, allowed) => ({
  name: `${from}-imports-inward`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: OURS, pathNot: allowed.map((path) => `^${path}`) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('shared/domain', ['shared/domain/', 'shared/errors\\.ts']),
    only('shared/commands', ['shared/commands/', 'shared/domain/', 'shared/(errors|ports)\\.ts']),
    only('shared/adapters', [
      'shared/adapters/',
      'shared/domain/',
      'shared/(errors|ports|config|input)\\.ts',
    ]),
    only('shared/middleware', [
      'shared/middleware/',
      'shared/domain/',
      'shared/adapters/telemetry\\.ts',
      'shared/(errors|ports|input)\\.ts',
    ]),
    only('functions', ['functions/[^/]+/input\\.ts', 'shared/']),
    only('layer', ['layer/']),
    only('packages/local/src', ['packages/local/src/']),
    only('packages/operator/src', ['packages/operator/src/']),
    only('packages/devicectl/src', [
      'packages/(devicectl|operator)/src/',
      'packages/console/src/server/start-console\\.ts',
    ]),
    only('packages/console/src/schema', ['packages/console/src/schema/']),
    only('packages/console/src/contract', ['packages/console/src/(contract|schema)/']),
    only('packages/console/src/page', ['packages/console/src/(page|contract|schema)/']),
    only('packages/console/src/server', [
      'packages/console/src/(server|contract|schema)/',
      'packages/operator/src/',
    ]),
    // Records as the service makes them, in the tables that it has.
    only('packages/test-kit/src', ['packages/(test-kit|local|operator)/src/', 'shared/']),
    only('packages/local/tests', ['packages/local/', 'packages/test-kit/src/']),
    only('packages/operator/tests', ['packages/operator/', 'packages/(test-kit|local)/src/', 'shared/']),
    only('packages/devicectl/tests', ['packages/devicectl/', 'packages/(test-kit|operator)/src/']),
    only('packages/console/tests', [
      'packages/console/',
      'packages/(test-kit|operator|local)/src/',
      'shared/',
    ]),
    only('demo', ['demo/', 'packages/test-kit/src/']),
    {
      name: 'domain-and-commands-are-pure',
      severity: 'error',
      comment: 'No I/O and no AWS: what they need is passed to them',
      from: { path: '^shared/(domain|commands)/' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: '^(node:)?(crypto|util)$' },
    },
    {
      name: 'runtime-needs-production-dependencies',
      severity: 'error',
      from: { path: '^(functions|shared|packages/(local|operator|devicectl|console)/src)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.local|\\.serverless|\\.esbuild)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
