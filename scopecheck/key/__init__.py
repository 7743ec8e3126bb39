"""The developer key and its token: OAuth, preflight, the key's record, and the key checks."""
