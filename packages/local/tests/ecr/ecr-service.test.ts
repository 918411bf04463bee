import { describe, expect, it } from '@jest/globals';
import { createEcrApi } from '../../src/ecr/ecr-service.ts';

const call = (operation: string, members: object) =>
  createEcrApi('000000000000')({
    service: 'ecr',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}` },
    body: Buffer.from(JSON.stringify(members)),
  });

describe('ECR', () => {
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
  it('has no repositories', async () => {
    expect(JSON.parse(String((await call('DescribeRepositories', {})).body))).toEqual({ repositories: [] });
    await expect(call('DescribeRepositories', { repositoryNames: ['shop'] })).rejects.toMatchObject({
      code: 'RepositoryNotFoundException',
      message: "The repository with name 'shop' does not exist in the registry with id '000000000000'",
    });
  });

  it('makes none', async () => {
    await expect(call('CreateRepository', { repositoryName: 'shop' })).rejects.toMatchObject({
      code: 'UnknownOperationException',
    });
  });
});
