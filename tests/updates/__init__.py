"""What an update does to services that people have edited."""
