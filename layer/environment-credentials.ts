/**
 * In the place of the SDK's chain of credential providers, for the layer: on Lambda, and on the laptop, credentials are
 * in the environment. The others (profiles, SSO, web identities, containers, instances) would be a third of the layer.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
