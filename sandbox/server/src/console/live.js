// Shows what is new: asks for the number of the last change, and replaces the content when it has changed.
let known = document.body.dataset.pulse;

async function look() {
  if (!known || document.hidden || document.querySelector("main :focus")) return;
  const pulse = await (await fetch("/.sandbox/console/pulse")).text();
  if (pulse === known) return;
  const text = await (await fetch(location.href)).text();
  const main = new DOMParser().parseFromString(text, "text/html").querySelector("main");
  document.querySelector("main").replaceWith(main);
  known = pulse;
}

// The server may have ended: then the page stays as it is.
setInterval(() => look().catch(() => {}), 1000);

// A filter applies when it is chosen, and only filters that are set are in the address.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form.filter");
  if (form && event.target.type !== "search") form.requestSubmit();
});
document.addEventListener("formdata", (event) => {
  if (!event.target.matches(".filter")) return;
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});

// Pages of plain http under another name have no clipboard: then the text is selected.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const details = button.parentElement.querySelector("details");
  const text = details.querySelector("pre");
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
  } catch {
    details.open = true;
    getSelection().selectAllChildren(text);
  }
});
