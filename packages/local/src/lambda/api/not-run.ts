/** Operations of Lambda that are refused, in groups by the reason. */
const GROUPS: Readonly<Record<string, readonly (readonly [name: string, http: string])[]>> = {
  'environments are not provisioned': [
    ['PutProvisionedConcurrencyConfig', 'PUT /2019-09-30/functions/{FunctionName}/provisioned-concurrency'],
    ['GetProvisionedConcurrencyConfig', 'GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency'],
    [
      'DeleteProvisionedConcurrencyConfig',
      'DELETE /2019-09-30/functions/{FunctionName}/provisioned-concurrency',
    ],
  ],
  'responses are not streamed': [
    ['InvokeWithResponseStream', 'POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations'],
  ],
  'functions have no URLs': [
    ['CreateFunctionUrlConfig', 'POST /2021-10-31/functions/{FunctionName}/url'],
    ['GetFunctionUrlConfig', 'GET /2021-10-31/functions/{FunctionName}/url'],
    ['UpdateFunctionUrlConfig', 'PUT /2021-10-31/functions/{FunctionName}/url'],
    ['DeleteFunctionUrlConfig', 'DELETE /2021-10-31/functions/{FunctionName}/url'],
    ['ListFunctionUrlConfigs', 'GET /2021-10-31/functions/{FunctionName}/urls'],
  ],
  'code is not signed': [
    ['CreateCodeSigningConfig', 'POST /2020-04-22/code-signing-configs'],
    ['ListCodeSigningConfigs', 'GET /2020-04-22/code-signing-configs'],
    ['GetCodeSigningConfig', 'GET /2020-04-22/code-signing-configs/{CodeSigningConfigArn}'],
    ['UpdateCodeSigningConfig', 'PUT /2020-04-22/code-signing-configs/{CodeSigningConfigArn}'],
    ['DeleteCodeSigningConfig', 'DELETE /2020-04-22/code-signing-configs/{CodeSigningConfigArn}'],
    [
      'ListFunctionsByCodeSigningConfig',
      'GET /2020-04-22/code-signing-configs/{CodeSigningConfigArn}/functions',
    ],
    ['PutFunctionCodeSigningConfig', 'PUT /2020-06-30/functions/{FunctionName}/code-signing-config'],
    ['GetFunctionCodeSigningConfig', 'GET /2020-06-30/functions/{FunctionName}/code-signing-config'],
    ['DeleteFunctionCodeSigningConfig', 'DELETE /2020-06-30/functions/{FunctionName}/code-signing-config'],
  ],
  'loops of functions are not detected': [
    ['PutFunctionRecursionConfig', 'PUT /2024-08-31/functions/{FunctionName}/recursion-config'],
    ['GetFunctionRecursionConfig', 'GET /2024-08-31/functions/{FunctionName}/recursion-config'],
  ],
  'functions run with the Node.js of the runtime': [
    ['PutRuntimeManagementConfig', 'PUT /2021-07-20/functions/{FunctionName}/runtime-management-config'],
    ['GetRuntimeManagementConfig', 'GET /2021-07-20/functions/{FunctionName}/runtime-management-config'],
    ['PutFunctionScalingConfig', 'PUT /2025-11-30/functions/{FunctionName}/function-scaling-config'],
    ['GetFunctionScalingConfig', 'GET /2025-11-30/functions/{FunctionName}/function-scaling-config'],
    ['CreateCapacityProvider', 'POST /2025-11-30/capacity-providers'],
    ['ListCapacityProviders', 'GET /2025-11-30/capacity-providers'],
    ['GetCapacityProvider', 'GET /2025-11-30/capacity-providers/{CapacityProviderName}'],
    ['UpdateCapacityProvider', 'PUT /2025-11-30/capacity-providers/{CapacityProviderName}'],
    ['DeleteCapacityProvider', 'DELETE /2025-11-30/capacity-providers/{CapacityProviderName}'],
    [
      'ListFunctionVersionsByCapacityProvider',
      'GET /2025-11-30/capacity-providers/{CapacityProviderName}/function-versions',
    ],
  ],
  'every account here is your own': [
    ['AddLayerVersionPermission', 'POST /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy'],
    ['GetLayerVersionPolicy', 'GET /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy'],
    [
      'RemoveLayerVersionPermission',
      'DELETE /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}',
    ],
    ['PutResourcePolicy', 'PUT /2026-07-09/resource-policy/{ResourceArn}'],
    ['GetResourcePolicy', 'GET /2026-07-09/resource-policy/{ResourceArn}'],
    ['DeleteResourcePolicy', 'DELETE /2026-07-09/resource-policy/{ResourceArn}'],
  ],
  'functions are not durable': [
    ['CheckpointDurableExecution', 'POST /2025-12-01/durable-executions/{DurableExecutionArn}/checkpoint'],
    ['GetDurableExecution', 'GET /2025-12-01/durable-executions/{DurableExecutionArn}'],
    ['GetDurableExecutionHistory', 'GET /2025-12-01/durable-executions/{DurableExecutionArn}/history'],
    ['GetDurableExecutionState', 'GET /2025-12-01/durable-executions/{DurableExecutionArn}/state'],
    ['StopDurableExecution', 'POST /2025-12-01/durable-executions/{DurableExecutionArn}/stop'],
    ['ListDurableExecutionsByFunction', 'GET /2025-12-01/functions/{FunctionName}/durable-executions'],
    ['SendDurableExecutionCallbackFailure', 'POST /2025-12-01/durable-execution-callbacks/{CallbackId}/fail'],
    [
      'SendDurableExecutionCallbackHeartbeat',
      'POST /2025-12-01/durable-execution-callbacks/{CallbackId}/heartbeat',
    ],
    [
      'SendDurableExecutionCallbackSuccess',
      'POST /2025-12-01/durable-execution-callbacks/{CallbackId}/succeed',
    ],
  ],
};

export interface OperationNotRun {
  readonly name: string;
  /** Method and path. */
  readonly http: string;
  readonly reason: string;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export const notRun: readonly OperationNotRun[] = Object.entries(GROUPS).flatMap(([reason, operations]) =>
  operations.map(([name, http]) => ({ name, http, reason })),
);
