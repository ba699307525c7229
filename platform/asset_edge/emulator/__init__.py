"""The local edge: CloudFront, Lambda@Edge, S3 endpoints and Route 53 as values in, values out."""
