"""The same decisions written the ordinary way: boto3, PyJWT, dnspython and the standard library, no budget.

What the measured requests need and no more: paths, embargo tokens of both schemes, grants, registry status,
territory, the region, the signature. Libraries and transformations are left out, and so is most of what
hostile input would need; so this is the least that it could cost.
"""
