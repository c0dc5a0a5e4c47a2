"""Finding things: the portal, the search over everything public, the workbench."""
