import { paginateListServiceQuotas, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { explain } from '../explain.ts';
import {
  DEFAULT_QUOTAS,
  type KnownQuotas,
  QUOTA_DEFINITIONS,
  QUOTA_NAMES,
  type QuotaName,
} from './quotas.ts';

/** The account's own quotas where Service Quotas tells them, and AWS's defaults for the rest. */
export async function readQuotas(client: ServiceQuotasClient): Promise<KnownQuotas> {
  const found = new Map<QuotaName, number>();
  let notice: string | undefined;
  for (const serviceCode of new Set(QUOTA_NAMES.map((name) => QUOTA_DEFINITIONS[name].serviceCode))) {
    try {
      await readService(client, serviceCode, found);
    } catch (error) {
      notice ??= `The quotas are AWS's defaults, as yours cannot be read: ${explain(error)}`;
    }
  }
  return {
    quotas: { ...DEFAULT_QUOTAS, ...Object.fromEntries(found) },
    read: [...found.keys()],
    ...(notice !== undefined && { notice }),
  };
}

async function readService(
  client: ServiceQuotasClient,
  serviceCode: string,
  found: Map<QuotaName, number>,
): Promise<void> {
  const names = QUOTA_NAMES.filter((name) => QUOTA_DEFINITIONS[name].serviceCode === serviceCode);
  for await (const { Quotas = [] } of paginateListServiceQuotas({ client }, { ServiceCode: serviceCode })) {
    for (const { QuotaName = '', Value } of Quotas) {
      const name = names.find((one) => QUOTA_DEFINITIONS[one].quotaName.test(QuotaName));
      if (name !== undefined && Value !== undefined) found.set(name, Value);
    }
  }
}
