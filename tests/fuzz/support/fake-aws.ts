/** What a function has asked of AWS, besides its tables, and what it got. */
export interface FakeAws {
  readonly published: { readonly topic: string; readonly payload: string }[];
  readonly started: { readonly name: string; readonly input: string }[];
  readonly events: { readonly Detail: string; readonly DetailType: string }[];
  readonly objects: Map<string, string>;
  readonly calls: string[];
  send(command: unknown): Promise<object>;
}

const notFound = () =>
  Object.assign(new Error('Not found'), { name: 'ResourceNotFoundException', $fault: 'client' });

/** AWS IoT that knows of no thing and no certificate, a bus that takes everything, and files. */
export function createFakeAws(): FakeAws {
  const fake = {
    published: [] as FakeAws['published'],
    started: [] as FakeAws['started'],
    events: [] as FakeAws['events'],
    objects: new Map<string, string>(),
    calls: [] as string[],
  };
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => object>> = {
    PublishCommand: ({ topic, payload }) => {
      fake.published.push({ topic: String(topic), payload: Buffer.from(payload as Uint8Array).toString() });
      return {};
    },
    StartExecutionCommand: ({ name, input }) => {
      fake.started.push({ name: String(name), input: String(input) });
      return {};
    },
    PutEventsCommand: ({ Entries }) => {
      const entries = Entries as { Detail: string; DetailType: string; Time: Date }[];
      // As the SDK does when it writes the request.
      for (const { Time } of entries) Time.toISOString();
      fake.events.push(...entries);
      return { Entries: entries.map((_, index) => ({ EventId: String(index) })) };
    },
    PutObjectCommand: ({ Key, Body }) => {
      fake.objects.set(String(Key), String(Body));
      return {};
    },
    ListThingPrincipalsCommand: () => ({ principals: [] }),
    ListThingPrincipalsV2Command: () => ({ thingPrincipalObjects: [] }),
    ListThingGroupsForThingCommand: () => ({ thingGroups: [] }),
    ListNamedShadowsForThingCommand: () => ({ results: [] }),
    DeleteThingCommand: () => ({}),
    DeleteConnectionCommand: () => ({}),
  };
  return {
    ...fake,
    async send(command) {
      const { input } = command as { input: Record<string, unknown> };
      const { name } = Object(command).constructor;
      fake.calls.push(name);
      const answer = answers[name];
      if (answer === undefined) throw notFound();
      return answer(input);
    },
  };
}
