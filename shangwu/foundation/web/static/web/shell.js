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

// A request that is too large is refused unread, with all that was typed; so a file is measured where it is chosen.
const MOST_MEGABYTES_TOGETHER = 60;
document.addEventListener("change", (event) => {
  const most = Number(event.target.dataset?.mostMegabytes);
  if (!most) return;
  const sizes = [...event.target.files].map((file) => file.size / 1024 / 1024);
  const together = sizes.reduce((sum, size) => sum + size, 0);
  let wrong = "";
  if (sizes.some((size) => size > most)) wrong = `文件超过 ${most} MB，请压缩或者拆分后重新选择。`;
  else if (together > MOST_MEGABYTES_TOGETHER) wrong = `文件合计超过 ${MOST_MEGABYTES_TOGETHER} MB，请分几次登记。`;
  event.target.setCustomValidity(wrong);
  if (wrong) event.target.reportValidity();
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

// A form that shows again what was typed is unfolded. The first field that was refused gets the focus, else the first
// of that form, so that a keyboard or a reader lands on it.
const refilled = document.querySelector("[data-refilled]")?.form;
for (let folded = refilled?.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
(
  document.querySelector("form[method=post] [data-first-error]") ??
  refilled?.querySelector("input:not([type=hidden]), select, textarea")
)?.focus();
