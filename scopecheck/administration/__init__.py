"""Making and mending the developer key, the role and the user, with an administrator's token."""
