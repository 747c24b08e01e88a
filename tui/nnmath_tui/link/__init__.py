"""Between the terminal library and the terminal: few bytes, no lag, and nothing left behind."""
