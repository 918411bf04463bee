import { AwsError, type AwsService } from '../aws.ts';
import { type JsonMembers, type JsonOperations, operationOf, parseJsonMembers } from '../json-operations.ts';

type Operation = (members: JsonMembers, accountId: string) => object;

/** Functions here are no container images. */
const API: JsonOperations<Operation> = {
  service: 'ECR',
  targetPrefix: 'AmazonEC2ContainerRegistry_V20150921.',
  operations: new Map([['DescribeRepositories', describeRepositories]]),
};

/** Throws `RepositoryNotFoundException` for each repository that is asked for. */
function describeRepositories({ repositoryNames, registryId }: JsonMembers, accountId: string): object {
  const [name] = Array.isArray(repositoryNames) ? repositoryNames : [];
  if (name === undefined) return { repositories: [] };
  throw new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registryId ?? accountId}'`,
  );
}

/** ECR (signing name `ecr`) of an account that has no repositories: deployment tools ask for theirs. */
export function createEcrApi(accountId: string): AwsService {
  return async (request) => {
    const operation = operationOf(request, API);
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(operation(parseJsonMembers(request.body), accountId)),
    };
  };
}
