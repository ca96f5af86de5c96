// What the shell does in the browser: evidence drawer, printing, copying, guarding against double submits.

const drawer = document.getElementById("drawer");

async function openDrawer(link) {
  const body = drawer.querySelector("[data-drawer-body]");
  const loading = document.createElement("p");
  loading.className = "text-secondary";
  loading.textContent = "正在载入…";
  body.replaceChildren(loading);
  drawer.showModal();
  try {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true", "X-Drawer": "1" } });
    const away = answer.headers.get("HX-Redirect");
    if (away || answer.redirected) {
      location.assign(away ?? link.href);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const shown = page.querySelector("[data-drawer-page]") ?? page.querySelector("main") ?? page.body;
    shown.querySelector(".crumbs")?.remove();
    body.replaceChildren(...shown.childNodes);
    const heading = body.querySelector("h1, h2");
    if (heading) {
      heading.tabIndex = -1;
      heading.id ||= "drawer-title";
      drawer.setAttribute("aria-labelledby", heading.id);
      heading.focus();
    }
    window.htmx?.process(body);
    document.dispatchEvent(new CustomEvent("contentadded", { detail: body }));
  } catch {
    location.assign(link.href);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-drawer]");
  if (link && drawer && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    openDrawer(link);
    return;
  }
  if (event.target === drawer || event.target.closest("[data-drawer-close]")) drawer?.close();
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = document.getElementById(copy.dataset.copy);
    navigator.clipboard?.writeText((source.value ?? source.textContent).trim()).then(() => {
      copy.textContent = "已复制";
    });
  }
});

// A second click on a submit button would send the act twice; the first one decides.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.method === "dialog") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }, 8000);
});

// Paper has no disclosure triangles: what is folded on the screen is printed open, then folded again.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details[data-print-open]:not([open])")];
  for (const details of opened) details.open = true;
});
window.addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

// The first field that was refused gets the focus, so that a keyboard or a reader lands on it.
document.querySelector("form[method=post] [data-first-error]")?.focus();
