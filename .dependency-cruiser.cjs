/** Imports point inward: see docs/decisions.md. */
const only = (from, allowed) => ({
  name: `${from}-imports-inward`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: '^(functions|shared|layer|local|cli|console|demo|bench|tests)/',
    pathNot: allowed.map((path) => `^${path}`),
  },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
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
    only('local', ['local/']),
    only('cli', ['cli/', 'console/server/start-console\\.ts']),
    only('console/schema', ['console/schema/']),
    only('console/contract', ['console/contract/', 'console/schema/schema\\.ts']),
    only('console/page', ['console/page/', 'console/contract/', 'console/schema/']),
    only('console/server', ['console/server/', 'console/contract/', 'console/schema/', 'cli/']),
    {
      name: 'console-does-not-use-commands',
      severity: 'error',
      comment: 'Commands are for terminals; what lies beneath them is for both',
      from: { path: '^console/' },
      to: { path: '^cli/(commands/|main\\.ts|terminal\\.ts)' },
    },
    only('demo', ['demo/']),
    {
      name: 'domain-and-commands-are-pure',
      severity: 'error',
      comment: 'No I/O and no AWS: what they need is passed to them',
      from: { path: '^shared/(domain|commands)/' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: '^(crypto|util)$' },
    },
    {
      name: 'runtime-needs-production-dependencies',
      severity: 'error',
      from: { path: '^(functions|shared|cli|console)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.local|\\.serverless|\\.esbuild|node_modules)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
