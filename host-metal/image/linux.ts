/**
 * A plan as a static executable for Linux.
 */
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { linkOptions } from "./c-compiler.ts";
import { imageFor, type Image, type ImageOptions } from "./image.ts";
import { withLinesBehind } from "./lines/behind.ts";
import type { Target } from "./target.ts";

const LINUX: Target = {
  platform: "linux",
  compile: [],
  // Roundings.
  link: (level) => [...linkOptions(level), "-lm"],
  objects: () => Promise.resolve({ objects: [], needs: 0 }),
  strip: "--strip-all",
  finish: withLinesBehind,
};

/** @throws ImageError for what an image cannot do, and where a tool is missing. */
export function linuxImage(plan: LinkPlan, given: ImageOptions): Promise<Image> {
  return imageFor(LINUX, plan, given);
}
