using System.Net;
using System.Text.Json;
using Google.Apis.Auth.OAuth2.Responses;

namespace Basalt.Backup.Gcs;

/// <summary>Says what a failure means: what was wrong, whether it may pass, and what to do.</summary>
internal static class GcsFailure
{
    private const string NoCredentials =
        "Set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file, log in with 'gcloud auth application-default login', or give the machine a service account.";

    /// <summary>Reads what the server says with a refusal.</summary>
    /// <param name="key">The object, or the prefix of a listing.</param>
    /// <param name="what">What could not be done, with the location.</param>
    /// <param name="answer">The refusal.</param>
    /// <param name="connection">Whose token is replaced if it was refused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<BackupBackendException> OfAnswerAsync(
        string key, string what, HttpResponseMessage answer, GcsConnection connection, CancellationToken cancellationToken)
    {
        (string reason, string message) = await ReadAsync(answer, cancellationToken).ConfigureAwait(false);
        HttpStatusCode status = answer.StatusCode;
        bool isThrottled = status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            || reason is "rateLimitExceeded" or "userRateLimitExceeded" or "backendError";
        bool isDamaged = status == HttpStatusCode.BadRequest && message.Contains("doesn't match", StringComparison.OrdinalIgnoreCase);
        bool isTransient = isThrottled || isDamaged
            || (status >= HttpStatusCode.InternalServerError && status != HttpStatusCode.NotImplemented)
            || status == HttpStatusCode.RequestTimeout
            || (status == HttpStatusCode.Unauthorized && await connection.TryRenewTokenAsync(cancellationToken).ConfigureAwait(false));
        string code = reason.Length == 0 ? "" : " " + reason;
        return new BackupBackendException(
            key, $"{what}: the server answered {(int)status}{code} ({Sentence(message)}). {Advice(status, message)}".TrimEnd(), isTransient)
        {
            IsThrottled = isThrottled,
        };
    }

    /// <summary>A request that got no answer.</summary>
    public static BackupBackendException OfRequest(string key, string what, Exception cause, GcsConnection connection) => cause switch
    {
        BackupBackendException described => described,
        TokenResponseException token => new BackupBackendException(
            key,
            $"{what}: the credentials were refused: {Sentence(token.Error?.ErrorDescription ?? token.Error?.Error ?? token.Message)}. {NoCredentials}",
            isTransient: token.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests,
            token),
        InvalidOperationException missing => new BackupBackendException(
            key, $"{what}: there are no credentials for Google Cloud. {NoCredentials}", isTransient: false, missing),
        OperationCanceledException or TimeoutException => new BackupBackendException(
            key, $"{what}: '{connection.Endpoint.Authority}' did not answer in time. Check the network.", isTransient: true, cause),
        HttpRequestException or IOException => new BackupBackendException(
            key,
            $"{what}: the connection to '{connection.Endpoint.Authority}' failed: {Sentence(cause.GetBaseException().Message)}. Check the endpoint, the network and TLS.",
            isTransient: true,
            cause),
        JsonException => new BackupBackendException(
            key, $"{what}: '{connection.Endpoint.Authority}' gave an answer that is no JSON of Google Cloud Storage. Check the endpoint.", isTransient: true, cause),
        _ => new BackupBackendException(key, $"{what}: {cause.Message}", isTransient: false, cause),
    };

    /// <summary>Whether a 404 means the bucket and not the object. Downloads say it as plain text.</summary>
    public static async Task<bool> IsBucketMissingAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        (await ReadAsync(answer, cancellationToken).ConfigureAwait(false)).Message.Contains("bucket does not exist", StringComparison.OrdinalIgnoreCase);

    private static async Task<(string Reason, string Message)> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        // Kept by the content, so that it can be read twice.
        await answer.Content.LoadIntoBufferAsync(MaxErrorBytes, cancellationToken).ConfigureAwait(false);
        string text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ErrorAnswer.Details? error = JsonSerializer.Deserialize(text, GcsJson.Default.ErrorAnswer)?.Error;
            return (error?.Errors?.FirstOrDefault()?.Reason ?? "", error?.Message ?? "no message");
        }
        catch (JsonException)
        {
            return ("", text.Length is > 0 and <= MaxShownCharacters && !text.StartsWith('<') ? text : answer.ReasonPhrase ?? "no message");
        }
    }

    private const long MaxErrorBytes = 1 << 20;

    private const int MaxShownCharacters = 500;

    private static string Advice(HttpStatusCode status, string message) => status switch
    {
        HttpStatusCode.NotFound when message.Contains("bucket", StringComparison.OrdinalIgnoreCase) => "Create the bucket, or name one that exists.",
        HttpStatusCode.Forbidden => "Give this identity the role 'Storage Object User' on the bucket.",
        HttpStatusCode.Unauthorized => NoCredentials,
        _ => "",
    };

    private static string Sentence(string message) => message.Trim().TrimEnd('.');
}
