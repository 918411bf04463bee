import { readFile } from 'node:fs/promises';
import {
  type PackagedTemplate,
  packagedTemplate,
  tunedTemplate,
} from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  createEventBridgeClient,
  createIotClient,
  createIotDataClient,
} from '../../shared/adapters/clients.ts';
import { statementsOf } from './statements.ts';

/** Lambda makes one interface for each subnet and set of security groups, whatever functions share it. */
function interfacesOf(template: PackagedTemplate): ReadonlySet<string> {
  const interfaces = template.ofType('AWS::Lambda::Function').flatMap(({ properties }) => {
    const { SubnetIds: subnets, SecurityGroupIds: groups } = Object(properties['VpcConfig']);
    return (subnets as string[]).map((subnet) => [subnet, ...[...groups].sort()].join(' '));
  });
  return new Set(interfaces);
}

const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };

describe('the network of the packaged template', () => {
  let template: PackagedTemplate;
  const endpoint = (logicalId: string) =>
    template.ofType('AWS::EC2::VPCEndpoint').find((resource) => resource.logicalId === logicalId)?.properties;
  const group = (logicalId: string) =>
    template.ofType('AWS::EC2::SecurityGroup').find((resource) => resource.logicalId === logicalId);
  const subnets = () => template.ofType('AWS::EC2::Subnet').map(({ ref }) => ref);

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('has two interfaces for all functions together', () => {
    expect(interfacesOf(template).size).toBe(2);
    expect(template.stack.functions.length).toBeGreaterThan(2);
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

  it('lets nothing in to the functions, and HTTPS alone out: to DynamoDB, S3 and the endpoints', () => {
    expect(group('FunctionsSecurityGroup')?.properties).not.toHaveProperty('SecurityGroupIngress');
    expect(group('FunctionsSecurityGroup')?.properties['SecurityGroupEgress']).toEqual([
      { ...https, DestinationPrefixListId: 'pl-02cd2c6b', Description: 'HTTPS to DynamoDB' },
      { ...https, DestinationPrefixListId: 'pl-63a5400a', Description: 'HTTPS to S3' },
    ]);
    expect(template.ofType('AWS::EC2::SecurityGroupEgress').map(({ properties }) => properties)).toEqual([
      {
        ...https,
        GroupId: group('FunctionsSecurityGroup')?.ref,
        DestinationSecurityGroupId: group('EndpointsSecurityGroup')?.ref,
        Description: 'HTTPS to the interface endpoints',
      },
    ]);
  });

  it('lets HTTPS from the functions in to the endpoints, and nothing out', () => {
    const endpoints = group('EndpointsSecurityGroup')?.properties;
    expect(endpoints?.['SecurityGroupIngress']).toEqual([
      {
        ...https,
        SourceSecurityGroupId: group('FunctionsSecurityGroup')?.ref,
        Description: 'HTTPS from the functions',
      },
    ]);
    expect(endpoints?.['SecurityGroupEgress']).toMatchObject([
      { IpProtocol: 'icmp', CidrIp: '255.255.255.255/32' },
    ]);
    expect(template.ofType('AWS::EC2::SecurityGroupIngress')).toEqual([]);
    expect(template.ofType('AWS::EC2::SecurityGroup')).toHaveLength(2);
  });

  it('has an endpoint for each service that functions call, and no other that costs', () => {
    const services = (type: string) =>
      template
        .ofType('AWS::EC2::VPCEndpoint')
        .filter(({ properties }) => properties['VpcEndpointType'] === type)
        .map(({ properties }) => properties['ServiceName']);
    expect(services('Gateway')).toEqual(['com.amazonaws.us-east-1.dynamodb', 'com.amazonaws.us-east-1.s3']);
    expect(services('Interface')).toEqual([
      'com.amazonaws.us-east-1.iot.data',
      'com.amazonaws.us-east-1.iot.api',
      'com.amazonaws.us-east-1.states',
      'com.amazonaws.us-east-1.events',
    ]);
  });

  it('has its interface endpoints in both zones, behind their own security group', () => {
    for (const logicalId of ['IotDataEndpoint', 'IotEndpoint', 'StatesEndpoint', 'EventsEndpoint']) {
      expect(endpoint(logicalId)).toMatchObject({
        SubnetIds: subnets(),
        SecurityGroupIds: [group('EndpointsSecurityGroup')?.ref],
      });
    }
  });

  it('reaches DynamoDB over a gateway endpoint, which lets only calls of ours on the own tables through', () => {
    const tables = template.stack.tables.map(
      ({ tableName }) => `arn:aws:dynamodb:us-east-1:123456789012:table/${tableName}`,
    );
    const calls = statementsOf(template)
      .filter(({ owner, effect }) => owner.endsWith('Role') && effect === 'Allow')
      .flatMap(({ actions }) => actions)
      .filter((action) => action.startsWith('dynamodb:') && !/Streams?$|:GetRecords$|:GetShard/.test(action));

    expect(endpoint('DynamoDbEndpoint')).toMatchObject({
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: [...new Set(calls)].sort(),
            Resource: [...tables, ...tables.map((table) => `${table}/index/*`)],
          },
        ],
      },
    });
  });

  it('reaches the registry of AWS IoT by its own name, which AWS makes private', () => {
    const { url } = createIotClient().config.endpointProvider({
      Region: 'us-east-1',
      UseDualStack: false,
      UseFIPS: false,
    });
    expect(url.hostname).toBe('iot.us-east-1.amazonaws.com');
    expect(endpoint('IotEndpoint')).toMatchObject({ PrivateDnsEnabled: true });
  });

  it('reaches S3 for objects of the own buckets, in this account alone', () => {
    expect(endpoint('S3Endpoint')).toMatchObject({
      PolicyDocument: {
        Statement: [
          {
            Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
            Resource: 'arn:aws:s3:::device-lifecycle-dev-*/*',
            Condition: {
              StringEquals: {
                'aws:PrincipalAccount': '123456789012',
                'aws:ResourceAccount': '123456789012',
              },
            },
          },
        ],
      },
    });
  });

  it('reaches Step Functions to start the executions of the own state machine, and for nothing else', () => {
    const [machine] = template.stack.stateMachines.filter(
      ({ logicalId }) => logicalId === 'DecommissionDeviceStateMachine',
    );
    expect(endpoint('StatesEndpoint')).toMatchObject({
      PrivateDnsEnabled: true,
      PolicyDocument: { Statement: [{ Action: 'states:StartExecution', Resource: machine?.arn }] },
    });
  });

  it('reaches EventBridge by its own name, to put events on the own bus, and for nothing else', () => {
    const { url } = createEventBridgeClient().config.endpointProvider({
      Region: 'us-east-1',
      UseDualStack: false,
      UseFIPS: false,
    });
    const [bus] = template.stack.events.eventBuses;

    expect(url.hostname).toBe('events.us-east-1.amazonaws.com');
    expect(endpoint('EventsEndpoint')).toMatchObject({
      PrivateDnsEnabled: true,
      PolicyDocument: {
        Statement: [
          {
            Action: 'events:PutEvents',
            Resource: `arn:aws:events:us-east-1:123456789012:event-bus/${bus?.name}`,
          },
        ],
      },
    });
  });

  it('resolves the host that the SDK publishes to by a private zone, to the endpoint', async () => {
    const client = createIotDataClient();
    const { url } = client.config.endpointProvider({
      Region: 'us-east-1',
      UseDualStack: false,
      UseFIPS: false,
    });
    const [zone] = template.ofType('AWS::Route53::HostedZone');
    const [record] = template.ofType('AWS::Route53::RecordSet');

    expect(zone?.properties).toMatchObject({
      Name: url.hostname,
      VPCs: [{ VPCId: template.ofType('AWS::EC2::VPC')[0]?.ref, VPCRegion: 'us-east-1' }],
    });
    expect(record?.properties).toMatchObject({
      HostedZoneId: zone?.ref,
      Name: url.hostname,
      Type: 'A',
      AliasTarget: {
        HostedZoneId: expect.stringMatching(/^Z[0-9A-F]+$/),
        DNSName: expect.stringMatching(/^vpce-.*\.vpce\.us-east-1\.amazonaws\.com$/),
      },
    });
    expect(endpoint('IotDataEndpoint')).toMatchObject({ PrivateDnsEnabled: false });
  });

  it('takes the zones and the prefix lists that are named', async () => {
    const named = await tunedTemplate();
    const zones = named.ofType('AWS::EC2::Subnet').map(({ properties }) => properties['AvailabilityZone']);
    expect(zones).toEqual(['us-east-1b', 'us-east-1c']);
    expect(JSON.stringify(named.ofType('AWS::EC2::SecurityGroup'))).toMatch(/pl-aaaaaaaa.*pl-bbbbbbbb/);
  });
});

describe('a network that is there already', () => {
  const params = {
    network: 'existing',
    subnetIdA: 'subnet-0a0a0a0a',
    subnetIdB: 'subnet-0b0b0b0b',
    securityGroupId: 'sg-0c0c0c0c',
  };

  it('takes the functions, and gets nothing of ours', async () => {
    const template = await packagedTemplate('dev', params);

    expect(interfacesOf(template)).toEqual(
      new Set(['subnet-0a0a0a0a sg-0c0c0c0c', 'subnet-0b0b0b0b sg-0c0c0c0c']),
    );
    expect(
      template.resources.filter(({ type }) => /^AWS::(EC2|Route53)::/.test(type)).map(({ type }) => type),
    ).toEqual([]);
  });

  it('has to be named in full', async () => {
    const { securityGroupId: _, ...incomplete } = params;
    await expect(packagedTemplate('dev', incomplete)).rejects.toThrow(/securityGroupId|"param"/);
  });

  it('differs by nothing else', async () => {
    const [own, existing] = await Promise.all([packagedTemplate(), packagedTemplate('dev', params)]);
    const rest = ({ resources }: PackagedTemplate) =>
      resources.filter(({ type }) => !/^AWS::(EC2|Route53)::/.test(type)).map(({ logicalId }) => logicalId);
    expect(rest(existing)).toEqual(rest(own));
    expect(await readFile(existing.file, 'utf8')).not.toContain('PrivateSubnet');
  });
});
