/** The regions there are. */
export const REGIONS =
  "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 eu-north-1 eu-south-1 eu-south-2 ap-south-1 ap-south-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-east-1 me-south-1 me-central-1 il-central-1 sa-east-1 af-south-1".split(
    " ",
  );

/** An Availability Zone: its name, and the id by which all accounts mean the same place. */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

/** `us-east-1` → `use1`, as in zone ids. */
const shortName = (region: string): string =>
  region.replace(/-(north|south|east|west|central)+-?/, (_, side: string) => side.charAt(0)).replace(/-/g, "");

/** The zones of a region: three, a to c. */
export const zonesOf = (region: string): readonly Zone[] =>
  ["a", "b", "c"].map((letter, index) => ({ name: `${region}${letter}`, id: `${shortName(region)}-az${index + 1}` }));

/** The id of the zone called `name`. */
export const zoneId = (region: string, name: string): string | undefined =>
  zonesOf(region).find((zone) => zone.name === name)?.id;

/** Where the instance is. */
export const instanceZone = (region: string): string => `${region}a`;
