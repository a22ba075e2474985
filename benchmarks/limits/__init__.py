"""What the service is measured against: each an app of one file, run in the service's environment."""
