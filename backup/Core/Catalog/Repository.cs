using System.Collections.Immutable;
using Basalt.Backup.Backends;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup.Catalog;

/// <summary>A backend with a repository in it, and what all work on it shares.</summary>
internal sealed class Repository : IDisposable
{
    public const string Format = "1.0";

    private const int FormatMajor = 1;
    private const string Digest = "xxh128";
    private const string Verified = "verified";

    private static readonly TimeSpan ProbeLifetime = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _opening = new(1);
    private RepositoryDocument? _document;
    private DateTimeOffset _probedAt = DateTimeOffset.MinValue;

    public Repository(IBackupBackend backend, BackupOptions options)
    {
        Options = options;
        Backend = new RetryingBackend(
            backend,
            new RetryPolicy(options.BackendAttempts, options.TimeProvider),
            new StallGuard(options.StallTimeout, options.TimeProvider));
        Documents = new DocumentStore(Backend);
        Buffers = new TransferBuffers(
            options.MaxBufferBytes, options.Parallelism, new TransferThrottle(options.MaxBytesPerSecond, options.TimeProvider));
    }

    public IBackupBackend Backend { get; }

    public DocumentStore Documents { get; }

    public TransferBuffers Buffers { get; }

    public BackupOptions Options { get; }

    /// <summary>This run of the service, as it signs documents.</summary>
    public CoordinatorEntry Signature => field ??= new CoordinatorEntry(Options.NodeName, Guid.NewGuid());

    public DateTimeOffset UtcNow => Options.TimeProvider.GetUtcNow();

    /// <summary>The repository's document; null if the backend holds no repository.</summary>
    /// <exception cref="BackupException">It is of a format or needs features that this build does not know, or is damaged.</exception>
    public async Task<RepositoryDocument?> TryOpenAsync(CancellationToken cancellationToken)
    {
        if (_document is { } known)
        {
            return known;
        }

        int newest = 0;
        await foreach (BackendEntry entry in Backend.ListAsync(RepositoryLayout.RepositoryPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            newest = Math.Max(newest, RepositoryLayout.ParseNumber(RepositoryLayout.NameOf(entry.Key), "repo-"));
        }

        if (newest == 0)
        {
            return null;
        }

        string key = RepositoryLayout.Repository(newest);
        RepositoryDocument document =
            await Documents.TryReadAsync(key, DocumentJsonContext.Default.RepositoryDocument, cancellationToken).ConfigureAwait(false)
            ?? throw BackupException.Corrupted(key, "it was listed but cannot be read");
        RequireReadable(key, document.Format, document.Requires);
        if (document.ExtentSize != SegmentMetadata.ExtentSize || document.Digest != Digest)
        {
            throw new BackupException(
                BackupError.UnsupportedFormat,
                $"Repository '{Backend.Location(key)}' has extents of {document.ExtentSize} bytes and digest '{document.Digest}'; this build knows "
                + $"{SegmentMetadata.ExtentSize} and '{Digest}'. Use another path, or the version that made it.",
                objectKey: key);
        }

        return _document = document;
    }

    /// <summary>Opens the repository, made if it is missing, after the backend showed that it keeps its promises.</summary>
    public async Task<RepositoryDocument> OpenForWritingAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (UtcNow - _probedAt > ProbeLifetime)
            {
                await BackendProbe.RunAsync(Backend, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
                _probedAt = UtcNow;
            }

            if (await TryOpenAsync(cancellationToken).ConfigureAwait(false) is { } present)
            {
                return present;
            }

            var document = new RepositoryDocument
            {
                Format = Format,
                RepoId = Ulid.Create(Options.TimeProvider),
                Created = UtcNow,
                ExtentSize = SegmentMetadata.ExtentSize,
                Digest = Digest,
                Requires = [],
                ConditionalWrites = Verified,
            };
            bool created = await Documents
                .TryCreateAsync(RepositoryLayout.Repository(1), document, DocumentJsonContext.Default.RepositoryDocument, cancellationToken)
                .ConfigureAwait(false);
            return created
                ? _document = document
                : await TryOpenAsync(cancellationToken).ConfigureAwait(false)
                    ?? throw BackupException.Corrupted(RepositoryLayout.Repository(1), "it exists but is not listed");
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Throws unless this build can read what needs such a format and such features.</summary>
    public static void RequireReadable(string key, string format, ImmutableArray<string> features)
    {
        if (!Version.TryParse(format, out Version? version) || version.Major != FormatMajor)
        {
            throw new BackupException(
                BackupError.UnsupportedFormat,
                $"Object '{key}' is of format {format}; this build reads {FormatMajor}.x. Use the version that wrote it.",
                objectKey: key);
        }

        if (features.Length > 0)
        {
            throw new BackupException(
                BackupError.UnsupportedFormat,
                $"Object '{key}' needs features that this build does not have: {string.Join(", ", features)}. Use the version that wrote it.",
                objectKey: key);
        }
    }

    public void Dispose()
    {
        _opening.Dispose();
        Buffers.Dispose();
    }
}
