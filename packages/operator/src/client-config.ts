/** What every SDK client is made with. */
export interface ClientConfig {
  readonly maxAttempts: number;
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
