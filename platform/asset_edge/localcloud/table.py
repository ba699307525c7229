"""Which resource types can be deployed: all rows, by type."""

from collections.abc import Mapping

from asset_edge.localcloud import (
    rows_acm,
    rows_cloudfront,
    rows_cloudwatch,
    rows_declared,
    rows_dynamodb,
    rows_events,
    rows_health_checks,
    rows_iam,
    rows_lambda,
    rows_lambda_access,
    rows_logs,
    rows_route53,
    rows_s3,
    rows_wafv2,
)
from asset_edge.localcloud.rows import Row

ROWS: Mapping[str, Row] = {
    **rows_declared.ROWS,
    **rows_s3.ROWS,
    **rows_dynamodb.ROWS,
    **rows_route53.ROWS,
    **rows_health_checks.ROWS,
    **rows_iam.ROWS,
    **rows_lambda.ROWS,
    **rows_lambda_access.ROWS,
    **rows_events.ROWS,
    **rows_cloudwatch.ROWS,
    **rows_logs.ROWS,
    **rows_acm.ROWS,
    **rows_wafv2.ROWS,
    **rows_cloudfront.ROWS,
}
