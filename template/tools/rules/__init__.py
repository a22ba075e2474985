"""Rules of this service that no linter knows; each says what to do instead."""
