"""Search page, portal and workbench."""
