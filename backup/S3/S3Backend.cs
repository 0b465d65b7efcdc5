using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Basalt.Backup.Backends;
using Basalt.Backup.Checksums;

namespace Basalt.Backup.S3;

/// <summary>
/// A repository in a bucket of S3, or of a server that speaks its protocol. Objects are put with <c>If-None-Match: *</c>, so that each is
/// created once; a server that ignores the condition or refuses it is found out by the probe before a backup.
/// </summary>
public sealed class S3Backend : IBackupBackend, IDisposable
{
    private readonly S3Connection _connection;
    private readonly bool _ownsConnection;
    private readonly string _bucket;
    private readonly string _folder;

    /// <summary>Uses a bucket. Nothing is asked of the server before the first call.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public S3Backend(S3BackendOptions options)
        : this(options, credentials: null)
    {
    }

    internal S3Backend(S3BackendOptions options, AWSCredentials? credentials)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _connection = new S3Connection(options, credentials);
        _ownsConnection = true;
        _bucket = options.Bucket;
        _folder = FolderOf(options.Path);
    }

    private S3Backend(S3Connection connection, string bucket, string path)
    {
        _connection = connection;
        _bucket = bucket;
        _folder = FolderOf(path);
    }

    /// <summary>The repository at another place of the same server. It shares this one's connections and ends with it.</summary>
    /// <exception cref="ArgumentException">The bucket or the path breaks a rule of <see cref="S3BackendOptions"/>.</exception>
    public S3Backend At(string bucket, string path)
    {
        new S3BackendOptions { Bucket = bucket, Path = path }.Validate();
        return new S3Backend(_connection, bucket, path);
    }

    /// <inheritdoc/>
    public string Location(string key) => $"s3://{_bucket}/{_folder}{key}".TrimEnd('/');

    /// <inheritdoc/>
    public Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        PutAsync(key, content, isConditional: true, cancellationToken);

    /// <inheritdoc/>
    public Task PutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        PutAsync(key, content, isConditional: false, cancellationToken);

    /// <inheritdoc/>
    public async Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        bool isEmpty = length == 0;
        var request = new GetObjectRequest { BucketName = _bucket, Key = _folder + key };
        if (offset > 0 || length is not null)
        {
            // An empty range cannot be asked for; its first byte tells at least whether the object is there.
            string last = length is null ? "" : (offset + Math.Max(1, length.Value) - 1).ToString(CultureInfo.InvariantCulture);
            request.ByteRange = new ByteRange(string.Create(CultureInfo.InvariantCulture, $"bytes={offset}-{last}"));
        }

        try
        {
            GetObjectResponse response = await _connection.Client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            var stream = new DownloadStream(response, response.ResponseStream, failure => Failure(key, "read", failure));
            if (!isEmpty)
            {
                return stream;
            }

            await stream.DisposeAsync().ConfigureAwait(false);
            return Stream.Null;
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound && absent.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
        catch (AmazonS3Exception beyond) when (beyond.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return Stream.Null;
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellationToken))
        {
            throw Failure(key, "read", failure);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidatePrefix(prefix);
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _folder + prefix, Delimiter = recursive ? null : "/" };
        do
        {
            ListObjectsV2Response page = await ListPageAsync(prefix, request, cancellationToken).ConfigureAwait(false);

            // The SDK has null for nothing. Empty objects that end with a slash are what consoles show as folders.
            foreach (S3Object stored in (page.S3Objects ?? []).Where(stored => !stored.Key.EndsWith('/')))
            {
                yield return new BackendEntry(stored.Key[_folder.Length..], stored.Size ?? 0);
            }

            foreach (string folder in page.CommonPrefixes ?? [])
            {
                yield return new BackendEntry(folder[_folder.Length..], 0);
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        try
        {
            // One by one: many servers refuse the request for several, for want of a checksum that they know.
            await _connection.Client
                .DeleteObjectAsync(new DeleteObjectRequest { BucketName = _bucket, Key = _folder + key }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound && absent.ErrorCode != "NoSuchBucket")
        {
            // As wanted.
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellationToken))
        {
            throw Failure(key, "delete", failure);
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

    private async Task<bool> PutAsync(string key, ObjectContent content, bool isConditional, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        ArgumentNullException.ThrowIfNull(content);
        PutObjectRequest request = await DescribeAsync(key, content, cancellationToken).ConfigureAwait(false);
        request.IfNoneMatch = isConditional ? "*" : null;
        var body = new UploadStream(content, key);
        await using (body.ConfigureAwait(false))
        {
            if (content.Length == 0)
            {
                // Nobody will read it, but its source may have something.
                await body.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            }

            request.InputStream = body;
            try
            {
                await _connection.Client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (AmazonS3Exception taken) when (taken.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
            catch (Exception failure) when (!IsCancellation(failure, cancellationToken))
            {
                body.ThrowIfSourceFailed();
                throw Failure(key, "write", failure);
            }
        }
    }

    private static string FolderOf(string path) => path.Length == 0 ? "" : path + "/";

    /// <summary>
    /// The request without its body. Under TLS the body's hash is no part of the signature, so that it is read once; without TLS the SDK insists
    /// on it, and reads the body twice. Besides, the server can check the CRC that is known beforehand; documents, which have none, are read
    /// for their MD5.
    /// </summary>
    private async Task<PutObjectRequest> DescribeAsync(string key, ObjectContent content, CancellationToken cancellationToken)
    {
        var request = new PutObjectRequest
        {
            BucketName = _bucket,
            Key = _folder + key,
            UseChunkEncoding = false,
            DisablePayloadSigning = _connection.UsesSsl ? true : null,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
        };
        request.Headers.ContentLength = content.Length;
        if (content.Crc32C is { } crc)
        {
            request.ChecksumCRC32C = Crc32C.ToBase64(crc);
        }
        else
        {
            request.MD5Digest = await BodyChecksum.Md5Async(content, cancellationToken).ConfigureAwait(false);
        }

        return request;
    }

    private async Task<ListObjectsV2Response> ListPageAsync(string prefix, ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.Client.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellationToken))
        {
            throw Failure(prefix, "list", failure);
        }
    }

    private static bool IsCancellation(Exception failure, CancellationToken cancellationToken) =>
        failure is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private BackupBackendException Failure(string key, string what, Exception cause) =>
        S3Failure.Describe(key, $"Cannot {what} '{Location(key)}'", cause, _connection);
}
