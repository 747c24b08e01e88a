"""What the screen costs over a line, and how soon it answers: `python -m benchmarks.link`.

The program runs behind a real sshd on this machine, the far end is a terminal that stores what
comes with its time, and a slow line is a relay between ssh and sshd.
"""
