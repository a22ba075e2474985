"""What clients send, and rows; every value can be overridden."""
