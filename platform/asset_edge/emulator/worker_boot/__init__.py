"""What runs inside a worker process before AWS's runtime client does; it uses the standard library alone."""
