"""`poe done`: the definition of done, against the branch that the work goes into."""
