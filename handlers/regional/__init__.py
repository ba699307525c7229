"""What runs in ordinary Lambda, in the regions of the buckets; boto3 is welcome."""
