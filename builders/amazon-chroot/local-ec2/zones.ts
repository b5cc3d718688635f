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
