// World `provider`.
function change(item) {
  return Object.assign({}, item, { small: item.small + 1, counts: item.counts.toReversed() });
}
function twice(text) {
  return `${text}-${text}`;
}
function join(parts) {
  if (parts.length === 0) throw "nothing to join";
  return parts.join("");
}
export const echo = { change, twice, join };
