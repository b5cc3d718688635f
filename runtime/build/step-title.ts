/** A step by the name that Packer's users know: `provision` is `StepProvision`, `attach volume` is `StepAttachVolume`. */
export function stepTitle(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return `Step${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
}
