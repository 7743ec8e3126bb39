"""How each kind of change is undone, right away or from the journal of an earlier run."""
