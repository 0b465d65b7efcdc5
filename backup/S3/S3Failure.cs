using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace Basalt.Backup.S3;

/// <summary>Says what a failure of the SDK means: what was wrong, whether it may pass, and what to do.</summary>
internal static class S3Failure
{
    /// <param name="key">The object, or the prefix of a listing.</param>
    /// <param name="what">What could not be done, with the location.</param>
    /// <param name="cause">Why.</param>
    /// <param name="connection">Whose credentials are dropped if they have expired.</param>
    public static BackupBackendException Describe(string key, string what, Exception cause, S3Connection connection) => cause switch
    {
        BackupBackendException described => described,
        AmazonS3Exception { StatusCode: not 0 } answer => OfAnswer(key, what, answer, connection),
        AmazonServiceException { StatusCode: not 0 } answer => OfService(key, what, answer),
        _ when Find<HttpRequestException>(cause) is { } network => OfConnection(key, what, network, connection),
        _ when Find<IOException>(cause) is { } network => OfConnection(key, what, network, connection),
        OperationCanceledException or TimeoutException =>
            new BackupBackendException(key, $"{what}: '{connection.Endpoint}' did not answer in time. Check the network.", isTransient: true, cause),
        AmazonClientException client => new BackupBackendException(
            key, $"{what}: {client.Message} Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role.", isTransient: false, client),
        _ => new BackupBackendException(key, $"{what}: {cause.Message}", isTransient: false, cause),
    };

    private static BackupBackendException OfAnswer(string key, string what, AmazonS3Exception answer, S3Connection connection)
    {
        string code = answer.ErrorCode ?? "";
        bool isExpired = code is "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired";
        bool isThrottled = code is "SlowDown" or "TooManyRequests" or "RequestLimitExceeded" or "Throttling" or "ThrottlingException"
            || answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;
        bool isTransient = isThrottled
            || (answer.StatusCode >= HttpStatusCode.InternalServerError && answer.StatusCode != HttpStatusCode.NotImplemented)
            || answer.StatusCode is HttpStatusCode.RequestTimeout
            || code is "RequestTimeout" or "ConditionalRequestConflict" or "OperationAborted" or "IncompleteBody" or "BadDigest"
                or "XAmzContentSHA256Mismatch"
            || (isExpired && connection.TryRenewCredentials());
        string details = string.Join("; ", ((string?[])[answer.Message?.Trim().TrimEnd('.'), $"request {answer.RequestId ?? "unknown"}"])
            .Where(detail => !string.IsNullOrEmpty(detail)));
        string message = $"{what}: the server answered {(int)answer.StatusCode} {code} ({details}).";
        return new BackupBackendException(key, $"{message} {Advice(code, answer.StatusCode)}".TrimEnd(), isTransient, answer)
        {
            IsThrottled = isThrottled,
            RefusesConditions = answer.StatusCode == HttpStatusCode.NotImplemented,
        };
    }

    /// <summary>An answer of the service that gives out credentials.</summary>
    private static BackupBackendException OfService(string key, string what, AmazonServiceException answer) =>
        new(
            key,
            $"{what}: no credentials: {(int)answer.StatusCode} {answer.ErrorCode} ({Sentence(answer.Message)}). Check the role and its identity.",
            isTransient: (int)answer.StatusCode >= 500 || answer.StatusCode == HttpStatusCode.TooManyRequests,
            answer);

    private static BackupBackendException OfConnection(string key, string what, Exception network, S3Connection connection) =>
        new(
            key,
            $"{what}: the connection to '{connection.Endpoint}' failed: {Sentence(Innermost(network).Message)}. Check the endpoint, the network and TLS.",
            isTransient: true,
            network);

    private static string Advice(string code, HttpStatusCode status) => code switch
    {
        "NoSuchBucket" => "Create the bucket, or name one that exists.",
        "AccessDenied" or "AllAccessDisabled" => "Allow this identity to list, get and put objects there.",
        "SignatureDoesNotMatch" => "Check the secret key and the region.",
        "InvalidAccessKeyId" => "Check the access key.",
        "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" or "InvalidToken" => "Renew the session token.",
        "RequestTimeTooSkewed" => "Set the clock of this machine.",
        "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" => "Set the region of the bucket.",
        "NotImplemented" => "The server does not know a condition or a header that backups send; use another, or allow a degraded store.",
        "QuotaExceeded" or "InsufficientStorage" => "Free space, or raise the quota.",
        _ when status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => "Check the credentials and their permissions.",
        _ => "",
    };

    private static T? Find<T>(Exception failure)
        where T : Exception
    {
        for (Exception? current = failure; current is not null; current = current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static Exception Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure;
    }

    private static string Sentence(string? message) => string.IsNullOrWhiteSpace(message) ? "no message" : message.Trim().TrimEnd('.');
}
