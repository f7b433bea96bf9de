// Loads the tiles of a page and draws their charts. What it puts in is HTML that the server escaped.
"use strict";

const draw = async (place) => {
  for (const chart of place.querySelectorAll("[data-figure]")) {
    const { data, layout } = JSON.parse(chart.dataset.figure);
    delete chart.dataset.figure;
    await Plotly.newPlot(chart, data, layout, { displayModeBar: false, responsive: true });
    // The table below takes some of its room, or gives it back.
    chart.nextElementSibling?.addEventListener("toggle", () => Plotly.Plots.resize(chart));
    chart.on("plotly_click", ({ points }) => {
      const address = points[0].customdata;
      if (address) location.assign(address);
    });
  }
};

const load = async (place) => {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(place.dataset.src);
    place.innerHTML = await answer.text();
    await draw(place);
  } catch (error) {
    place.innerHTML = '<p class="problem" role="alert"></p>';
    place.firstChild.textContent = document.body.dataset.unreachable;
    console.warn(error);
  }
  place.setAttribute("aria-busy", "false");
};

const filters = document.querySelector("form.filters");
let changed = false;

const apply = () => {
  // Values of a filter are one expression; an empty one is any value.
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) {
    asked.set(name, [asked.get(name), value.trim()].filter(Boolean).join(","));
  }
  location.assign(`${filters.getAttribute("action")}?${asked}`);
};

for (const filter of document.querySelectorAll("details.filter")) {
  const choices = filter.querySelector("fieldset");
  filter.addEventListener("toggle", async () => {
    if (filter.open && choices.dataset.later) {
      choices.dataset.src = choices.dataset.later;
      delete choices.dataset.later;
      const kept = choices.innerHTML;
      await load(choices);
      // Nothing was chosen: what was chosen before is kept.
      if (choices.querySelector(".problem")) choices.insertAdjacentHTML("beforeend", kept);
      choices.querySelector("input:not([type=hidden])")?.focus();
      const chosen = choices.querySelector("li:has(:checked)");
      const list = chosen?.parentElement;
      if (list) list.scrollTop = chosen.offsetTop - list.offsetTop - list.clientHeight / 2;
    }
    if (!filter.open && changed) apply();
  });
}

filters?.addEventListener("change", ({ target }) => {
  changed = true;
  // One value only: what is typed takes the place of what was chosen, and the other way round.
  const [chosen] = target.closest("fieldset").querySelectorAll("[type=radio]:checked");
  if (!chosen) return;
  if (target.type === "text") chosen.checked = false;
  else target.closest("fieldset").querySelector("[type=text]").value = "";
});
filters?.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
document.addEventListener("input", ({ target }) => {
  if (!target.matches(".find")) return;
  const wanted = target.value.toLocaleLowerCase();
  for (const one of target.closest("fieldset").querySelectorAll("li")) {
    one.hidden = !one.textContent.toLocaleLowerCase().includes(wanted);
  }
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-submits]")) target.form.submit();
});
document.addEventListener("click", ({ target }) => {
  const open = document.querySelectorAll("details.filter[open], details.links[open]");
  for (const one of open) if (!one.contains(target)) one.open = false;
  const clears = target.closest("[data-clears]");
  if (clears) {
    for (const one of clears.closest("fieldset").querySelectorAll("input")) {
      one.checked = false;
      if (one.type === "text") one.value = "";
    }
    changed = true;
  }
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  const open = document.querySelector("details.filter[open], details.links[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});

document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
Promise.all([...document.querySelectorAll("[data-src]")].map(load))
  .then(() => performance.mark("shown"));
