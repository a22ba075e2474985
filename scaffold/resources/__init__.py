"""Resources: how the command line writes them, and what a command makes of them."""
