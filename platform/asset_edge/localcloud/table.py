"""Which resource types can be deployed: all rows, by type."""

from collections.abc import Mapping

from asset_edge.localcloud import rows_cloudfront, rows_declared, rows_lambda, rows_route53, rows_s3
from asset_edge.localcloud.rows import Row

ROWS: Mapping[str, Row] = {
    **rows_declared.ROWS,
    **rows_s3.ROWS,
    **rows_route53.ROWS,
    **rows_lambda.ROWS,
    **rows_cloudfront.ROWS,
}
