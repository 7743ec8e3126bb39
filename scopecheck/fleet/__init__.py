"""A fleet: one process for each of many Canvases, several at once, none in another's way."""
