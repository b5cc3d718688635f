// What templates in options may say of the source and the region (spec: build template data).

import { GoStruct } from "../../lang/interpolate/index.js";
import type { GeneratedData } from "../../runtime/contract/component.js";
import type { Image } from "../amazon/ec2/ec2.js";
import type { ChrootBuild } from "./chroot-build.js";

const SOURCE_NAMES = [
  "SourceAMI",
  "SourceAMICreationDate",
  "SourceAMIName",
  "SourceAMIOwner",
  "SourceAMIOwnerName",
] as const;

/** Empty texts where there is no source. */
const sourceData = (source: Image | undefined): Readonly<Record<(typeof SOURCE_NAMES)[number], string>> => ({
  SourceAMI: source?.id ?? "",
  SourceAMICreationDate: source?.created ?? "",
  SourceAMIName: source?.name ?? "",
  SourceAMIOwner: source?.owner ?? "",
  SourceAMIOwnerName: source?.ownerAlias ?? "",
});

/** A name that is not among these is an error; a tag that the source does not have prints `<no value>`. */
export const buildInfo = (region: string, source: Image | undefined): GoStruct =>
  new GoStruct("*common.BuildInfoTemplate", {
    BuildRegion: region,
    ...sourceData(source),
    SourceAMITags: source?.tags ?? {},
  });

const NOT_HERE = (name: string): string => `ERR_${name}_NOT_IMPLEMENTED_BY_BUILDER`;

/** The `build.X` values, once the volume is mounted at `mountPath`. */
export function generatedData(
  { ec2, run }: ChrootBuild,
  source: Image | undefined,
  device: string,
  mountPath: string,
): GeneratedData {
  return {
    ...sourceData(source),
    BuildRegion: ec2.region,
    Device: device,
    MountPath: mountPath,
    ID: NOT_HERE("ID"),
    PackerHTTPAddr: NOT_HERE("HTTP_ADDR"),
    PackerHTTPIP: NOT_HERE("HTTP_IP"),
    PackerHTTPPort: NOT_HERE("HTTP_PORT"),
    PackerRunUUID: run.runId,
  };
}

/** Names and values of tags: both are templates, rendered with the build's data. */
export function renderTags(
  { context }: ChrootBuild,
  tags: Readonly<Record<string, string>>,
  info: GoStruct,
): Readonly<Record<string, string>> {
  const render = (text: string): string => context.templates.render(text, info);
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [render(key), render(value)]));
}
