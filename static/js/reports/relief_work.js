// The relief-work form: ticking what is proposed writes it into the box, writing another figure
// unticks it. Without this the server says so where both are given and differ.
const form = document.querySelector("[data-relief-work]");

for (const row of form.querySelectorAll("[data-field]")) {
  const figure = row.querySelector('[name^="values."]');
  const unknown = row.querySelector('[name^="unknown."]');
  const offers = [...row.querySelectorAll('[name^="taken."]')];

  const only = (chosen) => {
    for (const each of [...offers, unknown]) if (each !== chosen) each.checked = false;
  };
  figure.addEventListener("input", () => only(null));
  for (const each of offers) {
    each.addEventListener("change", () => {
      if (each.checked) only(each);
      figure.value = each.checked ? each.dataset.fill : "";
    });
  }
  unknown.addEventListener("change", () => {
    if (!unknown.checked) return;
    only(unknown);
    figure.value = "";
  });
}
