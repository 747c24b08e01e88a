"""The grammar of the command line, a file for each command; nothing heavy is imported here."""
