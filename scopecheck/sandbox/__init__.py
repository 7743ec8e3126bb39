"""The sandbox course: guard, lock, journal, and what is made in it and removed again."""
