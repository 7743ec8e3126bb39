"""The results of a fleet: for machines, as one page with a matrix beside it, and in a terminal."""
