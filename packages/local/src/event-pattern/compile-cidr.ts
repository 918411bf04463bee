import { BlockList, isIP } from 'node:net';
import { PatternError } from './pattern-error.ts';

/** Compiles `cidr`, of IPv4 or IPv6: `10.0.0.0/24`. Throws {@link PatternError}. */
export function compileCidr(argument: unknown, path: string): (value: unknown) => boolean {
  const [, address = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(String(argument)) ?? [];
  const version = isIP(address);
  if (typeof argument !== 'string' || version === 0 || Number(prefix) > (version === 4 ? 32 : 128)) {
    throw new PatternError(`${path}: cidr must be a range of IP addresses such as 10.0.0.0/24`);
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(address, Number(prefix), family);
  return (value) => typeof value === 'string' && isIP(value) === version && range.check(value, family);
}
