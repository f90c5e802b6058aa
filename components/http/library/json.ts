/**
 * Module "atoll/json": JSON for lean programs.
 *
 * A value is read out of text, looked at by `get` and `at`, or made by `Json.object()`
 * and its kind. Nothing here throws over what came from outside: text that is no JSON
 * reads as `null`, and what is not there is a value of its own kind, `isMissing`.
 *
 *     const note = Json.parse(text);
 *     if (note === null) return badRequest("that is no JSON");
 *     const title = note.get("title").asString("untitled");
 */
export { Json, JsonKind } from "./json/value";
