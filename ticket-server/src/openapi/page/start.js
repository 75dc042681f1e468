SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  tryItOutEnabled: true,
  // Nothing is asked of any other server.
  validatorUrl: null,
});
