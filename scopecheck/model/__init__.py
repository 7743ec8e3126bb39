"""What the engine talks about: scope, profile, verdict, cause, evidence, secret. Data only."""
