"""Builds the walls once around an empty process: `sandbox.problem` runs it to see if they stand."""

import socket
import sys

from course_utils.grading.wall import keeper, walls

if __name__ == "__main__":
    ours, theirs = socket.socketpair()
    walls.settle()
    keeper.keep(lambda: None, walls.Limits(), theirs)
    cause = ours.recv(1000).decode()
    if cause != "it ended itself with exit code 0":
        sys.exit(cause)
