"use strict";

// The page of the API: the document shown by swagger-ui, which asks nothing of anybody else.

const place = document.getElementById("api-docs");

SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  supportedSubmitMethods: ["get", "put", "post", "patch"],
  validatorUrl: null,
});

// What scrolls can be scrolled with the keyboard too.
new MutationObserver(() => {
  for (const block of place.querySelectorAll("pre:not([tabindex])")) {
    block.tabIndex = 0;
  }
}).observe(place, { childList: true, subtree: true });
