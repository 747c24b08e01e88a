"""The panes of the main screen: thin widgets around the pictures of `drawing`."""
