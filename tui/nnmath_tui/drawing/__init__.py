"""Pictures: pure functions from data, size and palette to lines of styled cells."""
