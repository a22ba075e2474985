"""What a service costs, measured."""
