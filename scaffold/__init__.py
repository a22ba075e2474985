"""The command behind `poe resource` and `poe update`: it evolves services made from this template.

A service runs it with `uvx`, from the release of the template that fits; nothing of it is rendered.
"""
