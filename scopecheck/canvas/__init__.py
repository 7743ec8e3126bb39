"""All that knows Canvas, without input or output: how answers read, HTML, IDs, names of scopes."""
