"""Mistakes as people make them, and legitimate code close to each."""
