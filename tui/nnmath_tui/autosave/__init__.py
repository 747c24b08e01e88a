"""The session is kept on disk while it is trained, and taken up where it was."""
