"""Pydantic models: what clients send and receive."""
