"""Benchmarks of a rendered service and of the template."""
