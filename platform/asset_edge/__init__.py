"""Pulumi components that deliver media assets from two AWS regions, and the edge to run them on a laptop."""
