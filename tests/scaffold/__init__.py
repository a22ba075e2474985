"""Direct tests of `scaffold/`, on a service of a template that is as small as one can be."""
