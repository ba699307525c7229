"""Which words of the Pulumi provider are which of the CloudFront API's: the parts of a distribution.

Source: the AWS provider's documentation, "aws.cloudfront.Distribution"; Amazon CloudFront API Reference,
"DistributionConfig".
"""

TOP = {
    "priceClass": "PriceClass",
    "webAclId": "WebACLId",
    "httpVersion": "HttpVersion",
    "isIpv6Enabled": "IsIPV6Enabled",
    "continuousDeploymentPolicyId": "ContinuousDeploymentPolicyId",
    "staging": "Staging",
    "anycastIpListId": "AnycastIpListId",
}
CERTIFICATE = {
    "acmCertificateArn": "ACMCertificateArn",
    "cloudfrontDefaultCertificate": "CloudFrontDefaultCertificate",
    "iamCertificateId": "IAMCertificateId",
    "minimumProtocolVersion": "MinimumProtocolVersion",
    "sslSupportMethod": "SSLSupportMethod",
}
TRUST_STORE = {
    "trustStoreId": "TrustStoreId",
    "advertiseTrustStoreCaNames": "AdvertiseTrustStoreCaNames",
    "ignoreCertificateExpiry": "IgnoreCertificateExpiry",
}
LOGGING = {"bucket": "Bucket", "includeCookies": "IncludeCookies", "prefix": "Prefix"}
ORIGIN = {
    "originId": "Id",
    "domainName": "DomainName",
    "originPath": "OriginPath",
    "connectionAttempts": "ConnectionAttempts",
    "connectionTimeout": "ConnectionTimeout",
    "responseCompletionTimeout": "ResponseCompletionTimeout",
    "originAccessControlId": "OriginAccessControlId",
}
SHIELD = {"enabled": "Enabled", "originShieldRegion": "OriginShieldRegion"}
CUSTOM = {
    "httpPort": "HTTPPort",
    "httpsPort": "HTTPSPort",
    "originProtocolPolicy": "OriginProtocolPolicy",
    "originReadTimeout": "OriginReadTimeout",
    "originKeepaliveTimeout": "OriginKeepaliveTimeout",
    "ipAddressType": "IpAddressType",
}
VPC = {
    "vpcOriginId": "VpcOriginId",
    "ownerAccountId": "OwnerAccountId",
    "originReadTimeout": "OriginReadTimeout",
    "originKeepaliveTimeout": "OriginKeepaliveTimeout",
}
BEHAVIOR = {
    "pathPattern": "PathPattern",
    "targetOriginId": "TargetOriginId",
    "viewerProtocolPolicy": "ViewerProtocolPolicy",
    "compress": "Compress",
    "smoothStreaming": "SmoothStreaming",
    "cachePolicyId": "CachePolicyId",
    "originRequestPolicyId": "OriginRequestPolicyId",
    "responseHeadersPolicyId": "ResponseHeadersPolicyId",
    "fieldLevelEncryptionId": "FieldLevelEncryptionId",
    "realtimeLogConfigArn": "RealtimeLogConfigArn",
    "minTtl": "MinTTL",
    "defaultTtl": "DefaultTTL",
    "maxTtl": "MaxTTL",
}
ERROR = {
    "errorCode": "ErrorCode",
    "responsePagePath": "ResponsePagePath",
    "errorCachingMinTtl": "ErrorCachingMinTTL",
}
