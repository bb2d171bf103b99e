// Offers the shelters near the phone's own position. The page works without this.

const form = document.getElementById("near");

if (form && window.isSecureContext && navigator.geolocation) {
  form.hidden = false;
  form.addEventListener("submit", ask);
}

function ask(event) {
  if (form.elements.near.value) return;
  event.preventDefault();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      // To about a hundred metres: enough for the way, too little for an address.
      form.elements.near.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
      form.submit();
    },
    () => { form.hidden = true; }, // refused or not known: the lists remain
    { timeout: 10_000, maximumAge: 60_000 },
  );
}
