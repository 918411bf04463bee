import { beforeAll, describe, expect, it } from '@jest/globals';
import { type PackagedTemplate, packagedTemplate } from '../../support/packaged-template.ts';

describe('the network of the packaged template', () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('has no way to the internet: no gateway, no NAT, no route, no public address', () => {
    const types = new Set(template.resources.map(({ type }) => type));
    for (const type of ['InternetGateway', 'NatGateway', 'Route', 'EIP', 'EgressOnlyInternetGateway']) {
      expect(types).not.toContain(`AWS::EC2::${type}`);
    }
    for (const { properties } of template.ofType('AWS::EC2::Subnet')) {
      expect(properties).not.toHaveProperty('MapPublicIpOnLaunch');
    }
  });

  it('has its two subnets in two availability zones, with the one route table', () => {
    const zones = template.ofType('AWS::EC2::Subnet').map(({ properties }) => properties['AvailabilityZone']);
    const tables = template
      .ofType('AWS::EC2::SubnetRouteTableAssociation')
      .map(({ properties }) => properties['RouteTableId']);

    expect(new Set(zones).size).toBe(2);
    expect(tables).toHaveLength(2);
    expect(new Set(tables).size).toBe(1);
  });

  it('lets nothing in, and HTTPS alone out', () => {
    const [group] = template.ofType('AWS::EC2::SecurityGroup');
    expect(group?.properties).not.toHaveProperty('SecurityGroupIngress');
    expect(group?.properties['SecurityGroupEgress']).toEqual([
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
    ]);
    expect(template.ofType('AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });

  it('reaches DynamoDB over a gateway endpoint, which lets only the own tables through', () => {
    const [endpoint] = template.ofType('AWS::EC2::VPCEndpoint');
    const tables = template.stack.tables.map(
      ({ tableName }) => `arn:aws:dynamodb:us-east-1:123456789012:table/${tableName}`,
    );
    expect(endpoint?.properties).toMatchObject({
      ServiceName: 'com.amazonaws.us-east-1.dynamodb',
      VpcEndpointType: 'Gateway',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Resource: tables }] },
    });
  });
});
