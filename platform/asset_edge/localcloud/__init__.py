"""The local cloud: a Pulumi program is run, planned and applied with no engine and no account."""
