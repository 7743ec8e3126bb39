"""Settings, options, `.env`, and the files that a user writes: checked before any request."""
