"""Apps of one file that the service is compared with, run in the environment of the service."""
