import { type Action, type Call, checkTagCount, done, inRegion, items, tagsOf } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { type Fields, filtered } from "./filters.js";
import { INSTANCE, type Tags } from "./model.js";
import { type Paging, page } from "./pages.js";
import { maps, required, text, texts } from "./query.js";

interface Tagged {
  readonly id: string;
  readonly kind: string;
  readonly holder: { tags: Tags };
}

function tagged(call: Call): readonly Tagged[] {
  const of = (kind: string, all: readonly { readonly id: string; tags: Tags }[]) =>
    all.map((holder) => ({ id: holder.id, kind, holder }));
  const { volumes, snapshots, images } = call.state;
  return [
    ...of("volume", inRegion(call, volumes)),
    ...of("snapshot", inRegion(call, snapshots)),
    ...of("image", inRegion(call, images)),
    { id: INSTANCE, kind: "instance", holder: instanceHolder(call) },
  ];
}

/** The instance is no record; its tags are kept by themselves, for each region. */
const instanceHolder = ({ state, region }: Call): { tags: Tags } => ({
  get tags() {
    return state.instanceTags?.[region] ?? {};
  },
  set tags(tags: Tags) {
    state.instanceTags = { ...state.instanceTags, [region]: tags };
  },
});

function resources(call: Call): readonly Tagged[] {
  const ids = texts(call.query, "ResourceId");
  if (ids.length === 0) throw new Ec2Error("MissingParameter", "The request must contain the parameter resourceIdSet");
  const all = new Map(tagged(call).map((each) => [each.id, each]));
  return ids.map((id) => all.get(id) ?? missing(id));
}

const MISSING: Readonly<Record<string, readonly [code: string, kind: string]>> = {
  ami: ["InvalidAMIID.NotFound", "image ID"],
  snap: ["InvalidSnapshot.NotFound", "snapshot"],
  vol: ["InvalidVolume.NotFound", "volume"],
  i: ["InvalidInstanceID.NotFound", "instance ID"],
};

function missing(id: string): never {
  const [, prefix = ""] = /^([a-z]+)-[0-9a-f]+$/.exec(id) ?? [];
  const known = Object.hasOwn(MISSING, prefix) ? MISSING[prefix] : undefined;
  if (known === undefined) throw new Ec2Error("InvalidID", `The ID '${id}' is not valid`);
  throw new Ec2Error(known[0], `The ${known[1]} '${id}' does not exist`);
}

const createTags: Action = (call) => {
  const tags = tagsOf(call.query, "Tag");
  if (Object.keys(tags).length === 0)
    throw new Ec2Error("MissingParameter", "The request must contain the parameter tagSet");
  const merged = resources(call).map(({ holder }) => [holder, checkTagCount({ ...holder.tags, ...tags })] as const);
  for (const [holder, all] of merged) holder.tags = all;
  return done;
};

const deleteTags: Action = (call) => {
  const wanted = maps(call.query, "Tag").map((tag) => ({ key: required(tag, "Key"), value: text(tag, "Value") }));
  const gone = (key: string, value: string) =>
    wanted.length === 0 || wanted.some((tag) => tag.key === key && (tag.value ?? value) === value);
  for (const { holder } of resources(call)) {
    holder.tags = Object.fromEntries(Object.entries(holder.tags).filter(([key, value]) => !gone(key, value)));
  }
  return done;
};

interface Row {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

const FIELDS: Fields<Row> = {
  "resource-id": ({ resourceId }) => [resourceId],
  "resource-type": ({ resourceType }) => [resourceType],
  key: ({ key }) => [key],
  value: ({ value }) => [value],
};

const PAGES: Paging = { least: 5, most: 1000, strict: true };

const describeTags: Action = (call) => {
  const rows = tagged(call).flatMap(({ id, kind, holder }) =>
    Object.entries(holder.tags).map(([key, value]): Row => ({ resourceId: id, resourceType: kind, key, value })),
  );
  const found = page(
    call.query,
    filtered(call.query, rows, FIELDS, ({ key, value }) => ({ [key]: value })),
    ({ resourceId, key }) => `${resourceId} ${key}`,
    PAGES,
  );
  return { tagSet: items(found.items.map((row) => ({ ...row }))), nextToken: found.nextToken };
};

export const tagActions: Readonly<Record<string, Action>> = {
  CreateTags: createTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags,
};
