import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * In the place of the SDK's chain of credential providers, for the layer: on Lambda, and on the laptop, credentials are
 * in the environment. The others (profiles, SSO, web identities, containers, instances) would be a third of the layer.
 * They stay the same for as long as the process: they are read once, as by the SDK's chain, and not with each call.
 */
export function defaultProvider(...init: Parameters<typeof fromEnv>): ReturnType<typeof fromEnv> {
  const read = fromEnv(...init);
  let credentials: ReturnType<typeof read> | undefined;
  return () => {
    credentials ??= read();
    return credentials;
  };
}
