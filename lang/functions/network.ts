import { listOf, STRING } from "../types/type.js";
import { listValue, stringValue, type Value } from "../values/value.js";
import { int64Of, textOf } from "./arguments.js";
import { formatNetwork, hostAddress, type Network, netmask, parseNetwork, subnet } from "./cidr.js";
import { defineValueFunc, defineVariadicFunc, num, str } from "./define.js";
import { ArgError, type Func, FunctionError } from "./func.js";

// biome-ignore format: table
export const network: readonly Func[] = [
  defineValueFunc("cidrhost", "The address of a host in a network.", [str("prefix"), num("hostnum")], STRING, (args) => stringValue(hostAddress(networkArg(args), wholeArg(args, 1)))),
  defineValueFunc("cidrnetmask", "The mask of a network.", [str("prefix")], STRING, (args) => stringValue(netmask(networkArg(args)))),
  defineValueFunc("cidrsubnet", "A network within a network.", [str("prefix"), num("newbits"), num("netnum")], STRING, (args) => stringValue(formatNetwork(subnet(networkArg(args), bitsArg(args, 1), wholeArg(args, 2))))),
  defineVariadicFunc("cidrsubnets", "Networks one after another within a network.", [str("prefix")], num("newbits"), listOf(STRING), subnets),
];

const networkArg = (args: readonly Value[]): Network => parseNetwork(textOf(args, 0));

const plainFailure = (message: string): Error => new FunctionError(message);
const wholeArg = (args: readonly Value[], index: number): bigint => int64Of(args, index, plainFailure);

function bitsArg(args: readonly Value[], index: number, fail = plainFailure): number {
  const bits = int64Of(args, index, fail);
  if (bits > 1000n) return 1000;
  return bits < -1000n ? -1000 : Number(bits);
}

/** Each starts where the one before ends, at its own next boundary. */
function subnets(args: readonly Value[]): Value {
  const whole = subnetsPrefix(args);
  const found: Value[] = [];
  let at = whole.address;
  for (let i = 1; i < args.length; i += 1) {
    const length = whole.length + newBits(args, i, whole);
    const size = 1n << BigInt(whole.bits - length);
    const address = ((at + size - 1n) / size) * size;
    if (address + size > whole.address + (1n << BigInt(whole.bits - whole.length))) {
      throw new ArgError(
        i,
        `not enough remaining address space for a subnet with a prefix of ${length} bits after ${textOf(found.slice(-1), 0)}`,
      );
    }
    found.push(stringValue(formatNetwork({ bits: whole.bits, address, length })));
    at = address + size;
  }
  return listValue(STRING, found);
}

/** Of the functions on networks, this one alone blames the argument (go-cty-funcs). */
function subnetsPrefix(args: readonly Value[]): Network {
  try {
    return networkArg(args);
  } catch (error) {
    throw error instanceof FunctionError ? new ArgError(0, error.message) : error;
  }
}

function newBits(args: readonly Value[], index: number, { bits, length }: Network): number {
  const extension = bitsArg(args, index, (message) => new ArgError(index, message));
  if (extension < 1) throw new ArgError(index, "must extend prefix by at least one bit");
  if (extension > 32) throw new ArgError(index, "may not extend prefix by more than 32 bits");
  if (length + extension > bits) {
    throw new ArgError(
      index,
      `would extend prefix to ${length + extension} bits, which is too long for an IPv${bits === 32 ? 4 : 6} address`,
    );
  }
  return extension;
}
