/** Calls of AWS's Query protocol, which the clients that are installed do not speak. */
export interface QueryClient {
  /** Resolves to the XML of the answer. Rejects with that of an error. */
  call(
    service: keyof typeof VERSIONS,
    action: string,
    parameters?: Readonly<Record<string, string>>,
  ): Promise<string>;
}

const VERSIONS = {
  cloudformation: '2010-05-15',
  ec2: '2016-11-15',
  iam: '2010-05-08',
  sns: '2010-03-31',
} as const;

/** An emulator reads the signature for the service's name alone. */
export const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`;

export function createQueryClient(url: string): QueryClient {
  return {
    async call(service, action, parameters = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: authorization(service) },
        body: new URLSearchParams({ Action: action, Version: VERSIONS[service], ...parameters }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${service} ${action}: ${response.status} ${text}`);
      return text;
    },
  };
}

/** The texts of all elements of that name, but for those that are empty. */
export const textsOf = (xml: string, element: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${element}>([^<]+)</${element}>`, 'g'))].map(([, text = '']) => text);
