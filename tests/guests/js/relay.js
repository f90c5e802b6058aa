// World `relay`.
import { change, join, twice } from "t:trio/echo@0.1.0";

export const via = { change, join, twice };
