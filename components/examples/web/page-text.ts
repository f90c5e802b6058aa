/**
 * The page's text, for both dialects: nothing in it is of one alone.
 *
 * `word` and `items` are HTML already. The page works without script, too.
 */
export function pageText(word: string, items: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Notes</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem }
form { display: flex; gap: .5rem; margin: 1rem 0 }
input { flex: 1; font: inherit; padding: .3rem .6rem }
button { font: inherit }
li { white-space: pre-wrap; overflow-wrap: anywhere }
</style>
<h1>Notes</h1>
<form method="post" action="/"><input name="text" maxlength="2000" required placeholder="Something to remember"><button>Keep</button></form>
<form><input name="word" type="search" value="${word}" placeholder="Search"></form>
<ul id="notes">${items}</ul>
<script>
const box = document.querySelector("[name=word]");
box.addEventListener("input", async () => {
  const word = box.value;
  const answer = await fetch("/notes?word=" + encodeURIComponent(word));
  if (!answer.ok || word !== box.value) return;
  const notes = await answer.json();
  document.querySelector("#notes").replaceChildren(...notes.map(({ text }) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
});
</script>
</html>
`;
}
