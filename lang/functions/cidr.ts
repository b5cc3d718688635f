// IP networks on BigInt, with the strictness of Go's net.ParseCIDR: four decimal octets without leading zeros, or IPv6.

import { FunctionError } from "./func.js";

export interface Network {
  /** 32 or 128. */
  readonly bits: 32 | 128;
  /** The network's address; its host bits are zero. */
  readonly address: bigint;
  /** Length of the prefix. */
  readonly length: number;
}

/** Throws {@link FunctionError} when `text` is not `ADDRESS/LENGTH`. */
export function parseNetwork(text: string): Network {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  const length = /^\d{1,3}$/.test(digits) && !/^0\d/.test(digits) ? Number(digits) : Number.NaN;
  if (address === undefined || !(length <= address.bits)) {
    throw new FunctionError(`invalid CIDR expression: invalid CIDR address: ${text}`);
  }
  return networkOf(address.bits, address.value, length);
}

function networkOf(bits: 32 | 128, value: bigint, length: number): Network {
  const host = BigInt(bits - length);
  return { bits, length, address: (value >> host) << host };
}

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) {
    const value = parseIpv4(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const value = parseIpv6(text);
  return value === undefined ? undefined : { bits: 128, value };
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split(".");
  const valid = octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
  return valid ? octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n) : undefined;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = withHexTail(text)?.split("::");
  if (halves === undefined || halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: tail === undefined ? 0 : missing }, () => "0"), ...(tail ?? [])];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** `::1.2.3.4` → `::102:304`. */
function withHexTail(text: string): string | undefined {
  const colon = text.lastIndexOf(":");
  const last = text.slice(colon + 1);
  if (!last.includes(".")) return text;
  const value = parseIpv4(last);
  return value === undefined
    ? undefined
    : `${text.slice(0, colon + 1)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

/** As Go prints it: dotted, or IPv6 with the longest run of two or more zero groups shortened. */
export function formatAddress(bits: 32 | 128, value: bigint): string {
  return bits === 32 ? formatIpv4(value) : formatIpv6(value);
}

const formatIpv4 = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");

function formatIpv6(value: bigint): string {
  // Go prints an IPv4-mapped address as the IPv4 address that it is.
  if (value >> 32n === 0xffffn) return formatIpv4(value & 0xffffffffn);
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const run = longestZeroRun(groups);
  if (run === undefined) return groups.join(":");
  return `${groups.slice(0, run.start).join(":")}::${groups.slice(run.end).join(":")}`;
}

function longestZeroRun(groups: readonly string[]): { start: number; end: number } | undefined {
  let best: { start: number; end: number } | undefined;
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === "0") end += 1;
    if (end - start > 1 && end - start > (best === undefined ? 1 : best.end - best.start)) best = { start, end };
  }
  return best;
}

export const formatNetwork = ({ bits, address, length }: Network): string =>
  `${formatAddress(bits, address)}/${length}`;

/** The address of host `n`; a negative one counts from the end. */
export function hostAddress(network: Network, n: bigint): string {
  const count = 1n << BigInt(network.bits - network.length);
  const offset = n < 0n ? count + n : n;
  if (offset < 0n || offset >= count) {
    throw new FunctionError(`prefix of ${network.length} does not accommodate a host numbered ${n}`);
  }
  return formatAddress(network.bits, network.address + offset);
}

export function netmask(network: Network): string {
  const ones = (1n << BigInt(network.length)) - 1n;
  return formatAddress(network.bits, ones << BigInt(network.bits - network.length));
}

/** Subnetwork `n` of those whose prefix is `newBits` longer; of a shorter one every number is taken, as in Go. */
export function subnet(network: Network, newBits: number, n: bigint): Network {
  const length = network.length + newBits;
  if (newBits > 32) throw new FunctionError("may not extend prefix by more than 32 bits");
  if (length > network.bits) {
    throw new FunctionError(`insufficient address space to extend prefix of ${network.length} by ${newBits}`);
  }
  if (length < 0) throw new FunctionError(`no prefix is ${-newBits} bits shorter than ${network.length}`);
  if (newBits >= 0 && n >= 1n << BigInt(newBits)) {
    throw new FunctionError(`prefix extension of ${newBits} does not accommodate a subnet numbered ${n}`);
  }
  // A negative number is not refused: its bits are laid over the prefix as the original does it.
  const address = network.address | (n << BigInt(network.bits - length));
  return { bits: network.bits, length, address: address < 0n ? -address : address };
}
