// Shows what is new: asks for the number of the last change, and replaces the content when it has changed.
let known = document.body.dataset.pulse;

async function look() {
  if (document.hidden || document.querySelector("main :focus")) return;
  const pulse = await (await fetch("/.sandbox/console/pulse")).text();
  if (pulse === known) return;
  const text = await (await fetch(location.href)).text();
  const main = new DOMParser().parseFromString(text, "text/html").querySelector("main");
  document.querySelector("main").replaceWith(main);
  known = pulse;
}

// The server may have ended: then the page stays as it is.
setInterval(() => look().catch(() => {}), 1000);
