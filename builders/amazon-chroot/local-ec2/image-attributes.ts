import { type Action, type Answer, done, items } from "./action.js";
import { describeDevice, describeProductCodes } from "./describe-images.js";
import { Ec2Error } from "./ec2-error.js";
import { imageOf } from "./lookup.js";
import type { Image } from "./model.js";
import { changePermissions, describePermissions, resetPermissions } from "./permissions.js";
import { flag, map, type Query, required, text, texts } from "./query.js";
import { checkImageSharing } from "./sharing.js";

const DAY = 24 * 3_600_000;

const CHANGES: Readonly<Record<string, (image: Image, query: Query) => void>> = {
  launchPermission: (image, query) => changePermissions(query, "LaunchPermission", image),
  description: (image, query) => {
    image.description = attributeValue(query, "Description");
  },
  imdsSupport: (image, query) => {
    const value = attributeValue(query, "ImdsSupport");
    if (value !== "v2.0")
      throw new Ec2Error("InvalidParameterValue", `Value (${value}) for parameter imdsSupport is invalid.`);
    image.imds = value;
  },
  productCodes: (image, query) => {
    image.productCodes = [...new Set([...(image.productCodes ?? []), ...texts(query, "ProductCode")])];
  },
};

const attributeValue = (query: Query, structure: string): string =>
  text(map(query, structure), "Value") ?? text(query, "Value") ?? "";

/** EC2 changes one attribute a call: named by Attribute, or by the structure that is there. */
function attributeOf(query: Query): string {
  const named = text(query, "Attribute");
  const given = [
    ...(named === undefined ? [] : [named]),
    ...(query["LaunchPermission"] !== undefined ? ["launchPermission"] : []),
    ...(query["Description"] !== undefined ? ["description"] : []),
    ...(query["ImdsSupport"] !== undefined ? ["imdsSupport"] : []),
    ...(query["ProductCode"] !== undefined ? ["productCodes"] : []),
  ];
  const all = new Set(given.length === 0 && text(query, "OperationType") ? ["launchPermission"] : given);
  const [first, ...more] = all;
  if (first === undefined) throw new Ec2Error("InvalidParameterCombination", "No attributes specified.");
  if (more.length > 0)
    throw new Ec2Error(
      "InvalidParameterCombination",
      `Fields for multiple attribute types specified: ${[...all].join(", ")}`,
    );
  return first;
}

const invalidAttribute = (name: string): Ec2Error =>
  new Ec2Error("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);

const modifyImageAttribute: Action = (call) => {
  const image = imageOf(call, required(call.query, "ImageId"));
  const name = attributeOf(call.query);
  const change = Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined;
  if (change === undefined) throw invalidAttribute(name);
  if (name === "launchPermission") checkImageSharing(call, image);
  change(image, call.query);
  return done;
};

const resetImageAttribute: Action = (call) => {
  const image = imageOf(call, required(call.query, "ImageId"));
  const name = required(call.query, "Attribute");
  if (name !== "launchPermission") throw invalidAttribute(name);
  resetPermissions(image);
  return done;
};

const describeImageAttribute: Action = (call) => {
  const image = imageOf(call, required(call.query, "ImageId"));
  const value = (text: string | undefined) => (text === undefined ? "" : { value: text });
  const answers: Readonly<Record<string, Answer>> = {
    launchPermission: { launchPermission: items(describePermissions(image)) },
    productCodes: { productCodes: describeProductCodes(image) },
    description: { description: { value: image.description } },
    blockDeviceMapping: { blockDeviceMapping: items(image.devices.map(describeDevice)) },
    kernel: { kernel: value(image.kernel) },
    ramdisk: { ramdisk: value(image.ramdisk) },
    bootMode: { bootMode: value(image.bootMode) },
    sriovNetSupport: { sriovNetSupport: value(image.sriov) },
    tpmSupport: { tpmSupport: value(image.tpm) },
    uefiData: { uefiData: value(image.uefiData) },
    imdsSupport: { imdsSupport: value(image.imds) },
    lastLaunchedTime: { lastLaunchedTime: "" },
    deregistrationProtection: { deregistrationProtection: { value: image.protection ?? "disabled" } },
  };
  const name = required(call.query, "Attribute");
  const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
  if (!answer) throw invalidAttribute(name);
  return { imageId: image.id, ...answer };
};

const change =
  (alter: (image: Image, query: Query) => Answer | undefined): Action =>
  (call) =>
    alter(imageOf(call, required(call.query, "ImageId")), call.query) ?? done;

/** EC2 keeps whole minutes, from now to ten years on. */
function deprecationTime(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time) || time < Date.now() - 60_000 || time > Date.now() + 3653 * DAY)
    throw new Ec2Error("InvalidParameterValue", `Value (${text}) for parameter DeprecateAt is invalid.`);
  return new Date(Math.round(time / 60_000) * 60_000).toISOString();
}

/** Ends protection: with a cooldown it goes on for a day. */
function unprotect(image: Image): Answer {
  image.protectedUntil = image.protection === "enabled-with-cooldown" ? Date.now() + DAY : undefined;
  image.protection = undefined;
  return { return: "disabled" };
}

export const imageAttributeActions: Readonly<Record<string, Action>> = {
  ModifyImageAttribute: modifyImageAttribute,
  DescribeImageAttribute: describeImageAttribute,
  ResetImageAttribute: resetImageAttribute,
  EnableImageDeprecation: change((image, query) => {
    image.deprecation = deprecationTime(required(query, "DeprecateAt"));
    return undefined;
  }),
  DisableImageDeprecation: change((image) => {
    image.deprecation = undefined;
    return undefined;
  }),
  EnableImageDeregistrationProtection: change((image, query) => {
    image.protection = flag(query, "WithCooldown") ? "enabled-with-cooldown" : "enabled-without-cooldown";
    return { return: image.protection };
  }),
  DisableImageDeregistrationProtection: change(unprotect),
  EnableImage: change((image) => {
    image.disabled = undefined;
    return undefined;
  }),
  DisableImage: change((image) => {
    image.disabled = true;
    resetPermissions(image);
    return undefined;
  }),
};
