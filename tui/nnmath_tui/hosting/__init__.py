"""A room of learners on one machine, each over SSH, and nowhere but in the program."""
