"""Runs the server of the service's tests until standard input ends, and prints its URL."""

import sys

from tools.postgres import scratch_server


def main() -> None:
    """Print the URL of the server, and wait."""
    with scratch_server() as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        sys.stdin.read()


main()
