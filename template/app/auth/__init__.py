"""Tokens of an identity provider: its keys, and what is checked (RFC 9068, RFC 8725)."""
