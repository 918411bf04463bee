import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';

/** What is written several times, because YAML has no better way, must not drift apart. */
describe('the packaged template', () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('selects the same of every message that a device publishes, but for the operation', () => {
    const operations = ['register', 'update', 'heartbeat', 'decommission'];
    const statements = operations.map((operation) => {
      const rule = template.stack.rules.find(({ sql }) => sql.includes(`FROM 'devices/+/${operation}'`));
      expect(rule?.sql).toContain(`'${operation}' AS operation`);
      return rule?.sql.replaceAll(operation, '{operation}').replaceAll(/\s+/g, ' ');
    });
    expect(new Set(statements).size).toBe(1);
  });

  it('retries the same faults in every task of its state machines', () => {
    const retries = template.stack.stateMachines.flatMap(({ definition }) =>
      Object.values(Object(definition).States as Record<string, { Type: string; Retry?: unknown }>)
        .filter(({ Type }) => Type === 'Task')
        // Only who works on what is in AWS IoT can find that somebody else does, or that it is not ready yet.
        .map(({ Retry }) =>
          JSON.stringify(Retry).replaceAll(/"(CredentialsBusy|PurgeBusy|StillAttached)",/g, ''),
        ),
    );
    expect(retries.length).toBeGreaterThan(1);
    expect(new Set(retries).size).toBe(1);
    expect(retries[0]).toContain('Lambda.ResourceNotReadyException');
  });
});
