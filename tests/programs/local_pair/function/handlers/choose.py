"""A small origin-request function: the last digit of the request id picks the bucket, unless one failed."""

from typing import Any

REGIONS = ("eu-west-1", "us-east-1")


def handler(event: Any, _context: object) -> Any:
    """Sends the request to one of the two buckets."""
    record = event["Records"][0]["cf"]
    request, first = record["request"], sum(record["config"]["requestId"].encode()) % 2
    role = request["origin"]["s3"]["customHeaders"]["x-origin-role"][0]["value"]
    region = REGIONS[first if role == "primary" else 1 - first]
    domain_name = f"pair-{region}.s3.{region}.amazonaws.com"
    request["headers"]["host"] = [{"key": "Host", "value": domain_name}]
    request["origin"]["s3"].update(domainName=domain_name, region="", customHeaders={})
    return request


def regional(event: Any, _context: object) -> Any:
    """Says in a header which bucket answered."""
    record = event["Records"][0]["cf"]
    domain_name = record["request"]["origin"]["s3"]["domainName"]
    record["response"]["headers"]["x-region"] = [{"key": "x-region", "value": domain_name.split(".")[2]}]
    return record["response"]
