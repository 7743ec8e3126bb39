"""What one scope's case does: exercise the endpoint, or probe it, and judge the answer."""
