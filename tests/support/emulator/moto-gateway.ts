import { GAPS, leaveOut } from './gaps.ts';
import { createQueryClient, textsOf } from './query-client.ts';
import { startTemplateProxy, type TemplateProxy } from './template-proxy.ts';

/** Debian's moto cannot validate templates: it asks cfn-lint, which Debian has not. cfn-lint has a test of its own. */
const VALID =
  '<ValidateTemplateResponse><ValidateTemplateResult><Parameters/></ValidateTemplateResult></ValidateTemplateResponse>';

const LEFT_OUT: ReadonlySet<string> = new Set(GAPS.map(({ type }) => type));

/** A way to moto that does what moto's CloudFormation does not. */
export async function openMotoGateway(motoUrl: string): Promise<TemplateProxy> {
  return startTemplateProxy({
    upstreamUrl: motoUrl,
    changeTemplate: (template) => JSON.stringify(leaveOut(JSON.parse(template), LEFT_OUT)),
    answers: { ValidateTemplate: VALID },
    before: { DeleteStack: () => deleteRouteTables(motoUrl) },
  });
}

/** moto's CloudFormation deletes no route tables, and then cannot delete the VPC that they are in. */
async function deleteRouteTables(motoUrl: string): Promise<void> {
  const client = createQueryClient(motoUrl);
  for (const RouteTableId of new Set(
    textsOf(await client.call('ec2', 'DescribeRouteTables'), 'routeTableId'),
  )) {
    const table = await client.call('ec2', 'DescribeRouteTables', { 'RouteTableId.1': RouteTableId });
    if (table.includes('<main>true</main>')) continue; // a VPC's main table goes with it
    for (const AssociationId of textsOf(table, 'routeTableAssociationId')) {
      await client.call('ec2', 'DisassociateRouteTable', { AssociationId });
    }
    await client.call('ec2', 'DeleteRouteTable', { RouteTableId });
  }
}
