"""One table each: `section(pace)` measures and tells."""
