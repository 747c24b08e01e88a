"""From a snapshot to what the pictures take: pure functions, no widget and no app."""
