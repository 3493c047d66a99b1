// Demonstration only: a click on an account fills the form and signs in.
for (const button of document.querySelectorAll("[data-account]")) {
  button.addEventListener("click", () => {
    const form = document.getElementById("sign-in-form");
    form.elements.username.value = button.dataset.account;
    form.elements.password.value = button.dataset.password;
    form.requestSubmit();
  });
}
