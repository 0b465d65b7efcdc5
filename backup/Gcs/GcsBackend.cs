using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Basalt.Backup.Backends;

namespace Basalt.Backup.Gcs;

/// <summary>
/// A repository in a bucket of Google Cloud Storage, through its JSON API. Objects are created with <c>ifGenerationMatch=0</c>, so that each
/// is created once, and with their CRC32C, which the server checks. Large ones go up in sessions: a broken upload that is repeated goes on
/// where it stopped.
/// </summary>
public sealed class GcsBackend : IBackupBackend, IDisposable
{
    private readonly GcsConnection _connection;
    private readonly bool _ownsConnection;
    private readonly ObjectAddress _address;

    /// <summary>Uses a bucket. Nothing is asked of the server, and no credentials are looked for, before the first call.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public GcsBackend(GcsBackendOptions options)
        : this(options, AccessTokens.ApplicationDefault)
    {
    }

    internal GcsBackend(GcsBackendOptions options, AccessTokens tokens)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _connection = new GcsConnection(options, options.UseAuthentication ? tokens : null);
        _ownsConnection = true;
        _address = AddressOf(options.Bucket, options.Path);
    }

    private GcsBackend(GcsConnection connection, string bucket, string path)
    {
        _connection = connection;
        _address = AddressOf(bucket, path);
    }

    /// <summary>The repository at another place of the same server. It shares this one's connections and ends with it.</summary>
    /// <exception cref="ArgumentException">The bucket or the path breaks a rule of <see cref="GcsBackendOptions"/>.</exception>
    public GcsBackend At(string bucket, string path)
    {
        new GcsBackendOptions { Bucket = bucket, Path = path }.Validate();
        return new GcsBackend(_connection, bucket, path);
    }

    /// <inheritdoc/>
    public string Location(string key) => _address.Location(key);

    /// <inheritdoc/>
    public Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentNullException.ThrowIfNull(content);
        return new ObjectUpload(_connection, _address, key, content).RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        using var request = new HttpRequestMessage(HttpMethod.Get, _address.Media(key));
        if (offset > 0 || length is not null)
        {
            // An empty range cannot be asked for; its first byte tells at least whether the object is there.
            request.Headers.Range = new RangeHeaderValue(offset, length is null ? null : offset + Math.Max(1, length.Value) - 1);
        }

        string what = $"Cannot read '{Location(key)}'";
        HttpResponseMessage answer = await SendAsync(key, what, request, cancellationToken).ConfigureAwait(false);
        bool isHandedOver = false;
        try
        {
            switch (answer.StatusCode)
            {
                case HttpStatusCode.NotFound when !await GcsFailure.IsBucketMissingAsync(answer, cancellationToken).ConfigureAwait(false):
                    return null;
                case HttpStatusCode.RequestedRangeNotSatisfiable:
                    return Stream.Null;
                case HttpStatusCode.OK or HttpStatusCode.PartialContent when length == 0:
                    return Stream.Null;
                case HttpStatusCode.PartialContent:
                case HttpStatusCode.OK when offset == 0:
                    Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                    isHandedOver = true;
                    return new DownloadStream(answer, body, failure => GcsFailure.OfRequest(key, what, failure, _connection));
                default:
                    throw await GcsFailure.OfAnswerAsync(key, what, answer, _connection, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!isHandedOver)
            {
                answer.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidatePrefix(prefix);
        string? token = null;
        do
        {
            ObjectListing page = await ListPageAsync(prefix, recursive, token, cancellationToken).ConfigureAwait(false);

            // Empty objects that end with a slash are what consoles show as folders.
            foreach (StoredObject stored in (page.Items ?? []).Where(stored => !stored.Name!.EndsWith('/')))
            {
                yield return new BackendEntry(_address.KeyOf(stored.Name!), stored.Size);
            }

            foreach (string folder in page.Prefixes ?? [])
            {
                yield return new BackendEntry(_address.KeyOf(folder), 0);
            }

            token = page.NextPageToken;
        }
        while (!string.IsNullOrEmpty(token));
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        string what = $"Cannot delete '{Location(key)}'";
        using var request = new HttpRequestMessage(HttpMethod.Delete, _address.Object(key));
        using HttpResponseMessage answer = await SendAsync(key, what, request, cancellationToken).ConfigureAwait(false);
        bool isAbsent = answer.StatusCode == HttpStatusCode.NotFound
            && !await GcsFailure.IsBucketMissingAsync(answer, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode && !isAbsent)
        {
            throw await GcsFailure.OfAnswerAsync(key, what, answer, _connection, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connections, unless they are another's.</summary>
    public void Dispose()
    {
        if (_ownsConnection)
        {
            _connection.Dispose();
        }
    }

    private ObjectAddress AddressOf(string bucket, string path) =>
        new(_connection.Endpoint, bucket, path.Length == 0 ? "" : path + "/");

    private async Task<ObjectListing> ListPageAsync(string prefix, bool recursive, string? token, CancellationToken cancellationToken)
    {
        string what = $"Cannot list '{Location(prefix)}'";
        using var request = new HttpRequestMessage(HttpMethod.Get, _address.List(prefix, recursive, token));
        using HttpResponseMessage answer = await SendAsync(prefix, what, request, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw await GcsFailure.OfAnswerAsync(prefix, what, answer, _connection, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await answer.Content.ReadFromJsonAsync(GcsJson.Default.ObjectListing, cancellationToken).ConfigureAwait(false)
                ?? throw new JsonException("The page is null.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            throw GcsFailure.OfRequest(prefix, what, failure, _connection);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string key, string what, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw GcsFailure.OfRequest(key, what, failure, _connection);
        }
    }
}
