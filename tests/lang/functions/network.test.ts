// Networks: what Packer's console prints and says.
import { describe } from "../../support/describe.js";
import { prints, refuses } from "./calls.js";

describe("functions on networks", (test) => {
  prints(test, [
    ['cidrhost("10.0.0.0/8", 5)', "10.0.0.5"],
    ['cidrhost("10.0.0.0/8", -1)', "10.255.255.255"],
    ['cidrhost("fd00::/64", 17)', "fd00::11"],
    ['cidrnetmask("10.0.0.0/12")', "255.240.0.0"],
    ['cidrsubnet("10.0.0.0/8", 8, 3)', "10.3.0.0/16"],
    ['cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)', "fd00:fd12:3456:7800:a200::/72"],
    ['join(" ", cidrsubnets("10.1.0.0/16", 4, 4, 8, 4))', "10.1.0.0/20 10.1.16.0/20 10.1.32.0/24 10.1.48.0/20"],
  ]);
  refuses(test, [
    ['cidrhost("10.0.0.0/30", 4)', "prefix of 30 does not accommodate a host numbered 4"],
    ['cidrhost("10.0.0.0", 1)', "invalid CIDR expression: invalid CIDR address: 10.0.0.0"],
    ['cidrhost("10.0.0.256/8", 1)', "invalid CIDR expression: invalid CIDR address: 10.0.0.256/8"],
    ['cidrhost("1::2::3/8", 1)', "invalid CIDR expression: invalid CIDR address: 1::2::3/8"],
    [
      'cidrhost("10.0.0.0/8", 1.5)',
      "value must be a whole number, between -9223372036854775808 and 9223372036854775807",
    ],
    ['cidrsubnet("10.0.0.0/30", 3, 0)', "insufficient address space to extend prefix of 30 by 3"],
    ['cidrsubnet("10.0.0.0/8", 33, 0)', "may not extend prefix by more than 32 bits"],
    ['cidrsubnet("10.0.0.0/8", 2, 4)', "prefix extension of 2 does not accommodate a subnet numbered 4"],
    [
      'cidrsubnets("10.1.0.0/30", 1, 1, 1)',
      "not enough remaining address space for a subnet with a prefix of 31 bits after 10.1.0.2/31",
    ],
    ['cidrsubnets("10.1.0.0/16", 0)', "must extend prefix by at least one bit"],
    ['cidrsubnets("10.1.0.0/16", 33)', "may not extend prefix by more than 32 bits"],
    ['cidrsubnets("10.1.0.0/30", 3)', "would extend prefix to 33 bits, which is too long for an IPv4 address"],
    ['cidrsubnets("::/127", 2)', "would extend prefix to 129 bits, which is too long for an IPv6 address"],
  ]);
});
