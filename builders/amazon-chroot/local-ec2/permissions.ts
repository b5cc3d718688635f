import { Ec2Error } from "./ec2-error.js";
import { map, maps, type Query, text, texts, type XmlMap } from "./query.js";

/** Who else may use an image or a snapshot. */
export interface Permissions {
  users: string[];
  groups: string[];
  organizations?: string[];
  units?: string[];
}

interface Kind {
  readonly list: keyof Permissions;
  /** Its name in a permission structure, and in an answer. */
  readonly member: string;
  readonly answer: string;
  /** Its name as a flat list. */
  readonly flat: string;
  readonly valid: RegExp;
}

const USERS_AND_GROUPS: readonly Kind[] = [
  { list: "users", member: "UserId", answer: "userId", flat: "UserId", valid: /^\d{12}$/ },
  { list: "groups", member: "Group", answer: "group", flat: "UserGroup", valid: /^all$/ },
];
const ARN = /^arn:aws[\w-]*:organizations::\d{12}:/;
const ALL: readonly Kind[] = [
  ...USERS_AND_GROUPS,
  { list: "organizations", member: "OrganizationArn", answer: "organizationArn", flat: "OrganizationArn", valid: ARN },
  {
    list: "units",
    member: "OrganizationalUnitArn",
    answer: "organizationalUnitArn",
    flat: "OrganizationalUnitArn",
    valid: ARN,
  },
];

const kindsOf = (holder: Permissions): readonly Kind[] => (holder.units === undefined ? USERS_AND_GROUPS : ALL);

/** Applies `structure`.Add/Remove and, with an OperationType, the flat lists; InvalidAMIAttributeItemValue for a bad item. */
export function changePermissions(query: Query, structure: string, holder: Permissions): void {
  const operation = text(query, "OperationType");
  if (operation !== undefined && operation !== "add" && operation !== "remove")
    throw new Ec2Error("InvalidParameterValue", `Value (${operation}) for parameter operationType is invalid.`);
  for (const kind of kindsOf(holder)) {
    const changed = (side: "Add" | "Remove"): readonly string[] => [
      ...maps(map(query, structure), side).flatMap((each) => text(each, kind.member) ?? []),
      ...(operation === side.toLowerCase() ? texts(query, kind.flat) : []),
    ];
    const removed = new Set(changed("Remove"));
    const all = new Set([...(holder[kind.list] ?? []), ...changed("Add").map((item) => checked(kind, item))]);
    holder[kind.list] = [...all].filter((each) => !removed.has(each));
  }
}

/** Whether `structure`.Add or an OperationType of `add` names everybody. */
export const makesPublic = (query: Query, structure: string): boolean =>
  maps(map(query, structure), "Add").some((each) => text(each, "Group") === "all") ||
  (text(query, "OperationType") === "add" && texts(query, "UserGroup").includes("all"));

/** Whether accounts, organizations or their units are named there. */
export const sharesWithAccounts = (query: Query, structure: string): boolean =>
  ALL.filter(({ list }) => list !== "groups").some(
    ({ member, flat }) =>
      maps(map(query, structure), "Add").some((each) => text(each, member) !== undefined) ||
      (text(query, "OperationType") === "add" && texts(query, flat).length > 0),
  );

function checked({ answer, valid }: Kind, item: string): string {
  if (valid.test(item)) return item;
  throw new Ec2Error("InvalidAMIAttributeItemValue", `Invalid attribute item value "${item}" for ${answer} item type.`);
}

export function resetPermissions(holder: Permissions): void {
  for (const { list } of kindsOf(holder)) holder[list] = [];
}

/** As Describe…Attribute answers. */
export const describePermissions = (holder: Permissions): readonly XmlMap[] =>
  kindsOf(holder).flatMap(({ list, answer }) => (holder[list] ?? []).map((item) => ({ [answer]: item })));
