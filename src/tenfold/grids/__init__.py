"""Drawn lines, the tables and combs that they make, and what stands in their cells."""
