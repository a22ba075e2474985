"""An issuer of tokens for development, on this machine only."""
