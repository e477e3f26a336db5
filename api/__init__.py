"""The doors: REST, pages, command line."""
