"""What the command line does without a screen, one module for each command."""
