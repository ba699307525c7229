"""What runs in Lambda@Edge: the standard library and this package only."""
