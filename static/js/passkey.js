// Passkeys: signing in with a finger, a face or a PIN. Without this script their forms stay hidden.
"use strict";

// A page asks with <form data-passkey="get|create" data-options="…"> (or data-options-url) and a hidden `credential`.

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// What the server wrote as base64url, as the bytes that the browser wants.
const known = (credentials = []) => credentials.map((one) => ({ ...one, id: toBytes(one.id) }));

const asked = ({ publicKey }) => ({
  ...publicKey,
  challenge: toBytes(publicKey.challenge),
  ...(publicKey.user && { user: { ...publicKey.user, id: toBytes(publicKey.user.id) } }),
  ...(publicKey.allowCredentials && { allowCredentials: known(publicKey.allowCredentials) }),
  ...(publicKey.excludeCredentials && { excludeCredentials: known(publicKey.excludeCredentials) }),
});

const plain = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

const ask = async (form) => {
  let options = form.dataset.options && JSON.parse(form.dataset.options);
  if (!options) {
    const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`no options: ${answer.status}`);
    options = (await answer.json()).request_options;
  }
  const publicKey = asked(options);
  if (form.dataset.passkey === "get") return navigator.credentials.get({ publicKey });
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return navigator.credentials.create({ publicKey });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    document.querySelector("[data-no-passkey]")?.removeAttribute("hidden");
    continue;
  }
  form.hidden = false;
  const trouble = form.querySelector("[data-passkey-error]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(plain(await ask(form)));
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
}
