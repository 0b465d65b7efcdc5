using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Basalt.Backup.Gcs;

/// <summary>
/// The upload of one object: small ones in one request, larger ones in a session. Either way the server is told the CRC32C first and keeps
/// nothing that does not have it.
/// </summary>
internal sealed class ObjectUpload(GcsConnection connection, ObjectAddress address, string key, ObjectContent content)
{
    private const string MediaType = "application/octet-stream";

    /// <summary>"Resume incomplete": the session wants more.</summary>
    private const HttpStatusCode Incomplete = (HttpStatusCode)308;

    /// <summary>Creates the object.</summary>
    /// <returns>False: the name is taken.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        string checksum = await ObjectChecksum.OfAsync(content, cancellationToken).ConfigureAwait(false);
        return content.Length < Math.Max(1, connection.ResumableThreshold)
            ? await PutAtOnceAsync(checksum, cancellationToken).ConfigureAwait(false)
            : await PutInSessionAsync(checksum, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> PutAtOnceAsync(string checksum, CancellationToken cancellationToken)
    {
        using var body = new ObjectBody(content, key);
        body.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        using var parts = new MultipartContent("related") { Describe(checksum), body };
        using var request = new HttpRequestMessage(HttpMethod.Post, address.Upload("multipart")) { Content = parts };
        using HttpResponseMessage answer = await SendAsync(request, body, cancellationToken).ConfigureAwait(false);
        return await IsCreatedAsync(answer, checksum, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on with the session of an earlier try, if there is one: asks it where it stands and sends the rest.</summary>
    private async Task<bool> PutInSessionAsync(string checksum, CancellationToken cancellationToken)
    {
        UploadSession? session = connection.Sessions.Find(Name, content.Length, checksum);
        long from = 0;
        if (session is not null)
        {
            using HttpResponseMessage standing = await SendAsync(session, body: null, from, cancellationToken).ConfigureAwait(false);
            if (standing.StatusCode == Incomplete)
            {
                from = Received(standing);
            }
            else if (IsForgotten(standing))
            {
                session = null;
            }
            else
            {
                return await IsCreatedAsync(standing, checksum, cancellationToken).ConfigureAwait(false);
            }
        }

        session ??= await BeginAsync(checksum, cancellationToken).ConfigureAwait(false);
        if (session is null)
        {
            return false;
        }

        using var body = new ObjectBody(content, key, from);
        using HttpResponseMessage answer = await SendAsync(session, body, from, cancellationToken).ConfigureAwait(false);
        return IsForgotten(answer)
            ? throw new BackupBackendException(key, $"{What}: the server has forgotten the upload; it has to be started again.", isTransient: true)
            : await IsCreatedAsync(answer, checksum, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null: the name is taken.</returns>
    private async Task<UploadSession?> BeginAsync(string checksum, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address.Upload("resumable")) { Content = Describe(checksum) };
        request.Headers.Add("X-Upload-Content-Type", MediaType);
        request.Headers.Add("X-Upload-Content-Length", content.Length.ToString(CultureInfo.InvariantCulture));
        using HttpResponseMessage answer = await SendAsync(request, body: null, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return null;
        }

        if (answer.StatusCode != HttpStatusCode.OK || answer.Headers.Location is not { IsAbsoluteUri: true } location)
        {
            throw await RefusedAsync(answer, cancellationToken).ConfigureAwait(false);
        }

        return new UploadSession(location, content.Length, checksum);
    }

    /// <summary>
    /// Sends the bytes from an offset on, or, without a body, asks which are there. The session is remembered for the next try unless the
    /// answer ends it.
    /// </summary>
    private async Task<HttpResponseMessage> SendAsync(UploadSession session, ObjectBody? body, long from, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, session.Location) { Content = body ?? (HttpContent)new ByteArrayContent([]) };
        request.Content.Headers.ContentRange = body is null || from == content.Length
            ? new ContentRangeHeaderValue(content.Length)
            : new ContentRangeHeaderValue(from, content.Length - 1, content.Length);
        connection.Sessions.Keep(Name, session);
        HttpResponseMessage answer = await SendAsync(request, body, cancellationToken).ConfigureAwait(false);
        if (!MayGoOn(answer))
        {
            connection.Sessions.Forget(Name);
        }

        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ObjectBody? body, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            body?.ThrowIfSourceFailed();
            throw GcsFailure.OfRequest(key, What, failure, connection);
        }
    }

    private async Task<bool> IsCreatedAsync(HttpResponseMessage answer, string checksum, CancellationToken cancellationToken)
    {
        if (answer.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }

        if (answer.StatusCode == Incomplete)
        {
            throw new BackupBackendException(key, $"{What}: the server took a part of it only.", isTransient: true);
        }

        if (!answer.IsSuccessStatusCode)
        {
            throw await RefusedAsync(answer, cancellationToken).ConfigureAwait(false);
        }

        StoredObject? stored = await ReadAsync(answer, cancellationToken).ConfigureAwait(false);
        return stored?.Crc32C is null || stored.Crc32C == checksum
            ? true
            : throw new BackupBackendException(
                key, $"{What}: the server stored other bytes than were sent, CRC32C {stored.Crc32C} instead of {checksum}. Use another store.", isTransient: false);
    }

    private async Task<StoredObject?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync(GcsJson.Default.StoredObject, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            throw GcsFailure.OfRequest(key, What, failure, connection);
        }
    }

    private Task<BackupBackendException> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        GcsFailure.OfAnswerAsync(key, What, answer, connection, cancellationToken);

    /// <summary>What the server is told of the object before its bytes. No character of a key needs an escape.</summary>
    private StringContent Describe(string checksum)
    {
        string description = $$"""{"name":"{{address.NameOf(key)}}","contentType":"{{MediaType}}","crc32c":"{{checksum}}"}""";
        return new StringContent(description, new MediaTypeHeaderValue("application/json"));
    }

    private string Name => address.Location(key);

    private string What => $"Cannot write '{Name}'";

    /// <summary>After these answers the session is as it was; others have ended it.</summary>
    private static bool MayGoOn(HttpResponseMessage answer) =>
        answer.StatusCode is Incomplete or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized
            or >= HttpStatusCode.InternalServerError;

    private static bool IsForgotten(HttpResponseMessage answer) => answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone;

    /// <summary>How many bytes the server has; without the header, none.</summary>
    private static long Received(HttpResponseMessage standing) =>
        standing.Headers.TryGetValues("Range", out IEnumerable<string>? values)
        && RangeHeaderValue.TryParse(values.FirstOrDefault(), out RangeHeaderValue? range)
        && range.Ranges.FirstOrDefault() is { From: 0, To: { } last }
            ? last + 1
            : 0;
}
