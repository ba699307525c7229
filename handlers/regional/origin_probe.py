"""How a region tells that its bucket can really be read.

Environment variables:

* ``PROBE_BUCKET``       the bucket of this region
* ``PROBE_KEY``          the key of the object to read; it must exist
* ``PROBE_REGION``       the region of the bucket, also the metric's only dimension, ``Region``
* ``PROBE_NAMESPACE``    CloudWatch namespace of the metric (scheduled use only)
* ``PROBE_METRIC``       name of the metric: 1 healthy, 0 not (scheduled use only)
* ``PROBE_PATH_SECRET``  the path segment that a function URL answers at, without slashes (function URL use only)
"""
