"""The commands of `tacit`, one module a group."""
