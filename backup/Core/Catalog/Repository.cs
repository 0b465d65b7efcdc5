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
    private const string UniqueClaims = "unique-claims";

    private const int DocumentsPerTransfer = 4;
    private const int MostDocumentsAtATime = 64;

    private static readonly TimeSpan ProbeLifetime = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _opening = new(1);
    private readonly RepositoryBackend _backend;
    private RepositoryDocument? _document;
    private WriteConditions _conditions;
    private DateTimeOffset _probedAt = DateTimeOffset.MinValue;

    public Repository(IBackupBackend backend, BackupOptions options)
    {
        Options = options;
        _backend = new RepositoryBackend(new RetryingBackend(
            backend,
            new RetryPolicy(options.BackendAttempts, options.TimeProvider),
            new StallGuard(options.StallTimeout, options.TimeProvider)));
        Documents = new DocumentStore(Backend);
        Buffers = new TransferBuffers(
            options.MaxBufferBytes, options.Parallelism, new TransferThrottle(options.MaxBytesPerSecond, options.TimeProvider));
    }

    public IBackupBackend Backend => _backend;

    /// <summary>Decides attempts if the repository is degraded.</summary>
    public SoleDecisions Decisions { get; } = new();

    /// <summary>Whether the repository has no conditional writes to rest on. Known after it was opened.</summary>
    public bool IsDegraded => _backend.IsDegraded;

    public DocumentStore Documents { get; }

    public TransferBuffers Buffers { get; }

    public BackupOptions Options { get; }

    /// <summary>
    /// Documents that are read or written at a time. They are small, so that all of their time goes into waiting for the store, and there may
    /// be tens of thousands of them in a backup. Whoever wants one transfer at a time wants one of these at a time, too.
    /// </summary>
    public int DocumentsAtATime => Options.Parallelism == 1 ? 1 : Math.Min(MostDocumentsAtATime, DocumentsPerTransfer * Options.Parallelism);

    /// <summary>This run of the service, as it signs documents.</summary>
    public CoordinatorEntry Signature => field ??= new CoordinatorEntry(Options.NodeName, Guid.NewGuid());

    public DateTimeOffset UtcNow => Options.TimeProvider.GetUtcNow();

    /// <summary>What makes the names of a claim and its outcome unique: the attempt's ULID in a degraded repository, nothing in others.</summary>
    public string ClaimantOf(string attemptUlid) => IsDegraded ? attemptUlid : "";

    /// <summary>The repository's document; null if the backend holds no repository.</summary>
    /// <exception cref="BackupException">It is of a format or needs features that this build does not know, or is damaged.</exception>
    public async Task<RepositoryDocument?> TryOpenAsync(CancellationToken cancellationToken)
    {
        if (_document is { } known)
        {
            return known;
        }

        if (await FindDocumentAsync(cancellationToken).ConfigureAwait(false) is not { } key)
        {
            return null;
        }

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

        if (document.ConditionalWrites != RepositoryDocument.Verified)
        {
            _backend.Degrade();
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
                _conditions = await BackendProbe.RunAsync(_backend, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
                _probedAt = UtcNow;
            }

            // Where another document may have taken its place, it is read again.
            _document = IsDegraded ? null : _document;
            RepositoryDocument document = await TryOpenAsync(cancellationToken).ConfigureAwait(false)
                ?? await CreateAsync(cancellationToken).ConfigureAwait(false);
            if (document.ConditionalWrites == RepositoryDocument.Verified && _conditions == WriteConditions.Absent)
            {
                throw new BackupException(
                    BackupError.BackendFailure,
                    $"The repository at '{Backend.Location("")}' was made where objects are created only if they are absent, and rests on that; the store "
                    + "does not do so any more. Find out what changed (a proxy, a version), or use another path.");
            }

            if (IsDegraded && !Options.AllowDegradedStores)
            {
                throw BackendProbe.NotAllowed(Backend, "the repository is marked as one without conditional writes");
            }

            return document;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Finds out what the backend can do, as the options allow it.</summary>
    public async Task<WriteConditions> ProbeAsync(CancellationToken cancellationToken)
    {
        WriteConditions conditions = await BackendProbe.RunAsync(_backend, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        RequireAllowed(conditions);
        return conditions;
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

        ImmutableArray<string> unknown = [.. features.Where(feature => feature != UniqueClaims)];
        if (unknown.Length > 0)
        {
            throw new BackupException(
                BackupError.UnsupportedFormat,
                $"Object '{key}' needs features that this build does not have: {string.Join(", ", unknown)}. Use the version that wrote it.",
                objectKey: key);
        }
    }

    public void Dispose()
    {
        _opening.Dispose();
        Decisions.Dispose();
        Buffers.Dispose();
    }

    /// <summary>The key of the document that counts: that with the highest number, of several of a degraded repository the first.</summary>
    private async Task<string?> FindDocumentAsync(CancellationToken cancellationToken)
    {
        var found = new SortedSet<(int Number, string Ulid)>();
        await foreach (BackendEntry entry in Backend.ListAsync(RepositoryLayout.RepositoryPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            int number = RepositoryLayout.ParseUnique(RepositoryLayout.NameOf(entry.Key), "repo-", out string ulid);
            if (number > 0)
            {
                found.Add((number, ulid));
            }
        }

        if (found.Count == 0)
        {
            return null;
        }

        (int Number, string Ulid)[] newest = [.. found.Where(name => name.Number == found.Max.Number).OrderBy(name => name.Ulid, StringComparer.Ordinal)];
        string key = RepositoryLayout.Repository(newest[0].Number, newest[0].Ulid);
        return newest[0].Ulid.Length == 0 && newest.Length > 1
            ? throw BackupException.Corrupted(
                RepositoryLayout.Repository(newest[1].Number, newest[1].Ulid),
                $"beside '{key}' it says that the store has no conditional writes; find out which is true and remove the other by hand")
            : key;
    }

    private async Task<RepositoryDocument> CreateAsync(CancellationToken cancellationToken)
    {
        RequireAllowed(_conditions);
        bool isDegraded = _conditions == WriteConditions.Absent;
        var document = new RepositoryDocument
        {
            Format = Format,
            RepoId = Ulid.Create(Options.TimeProvider),
            Created = UtcNow,
            ExtentSize = SegmentMetadata.ExtentSize,
            Digest = Digest,
            Requires = isDegraded ? [UniqueClaims] : [],
            ConditionalWrites = isDegraded ? RepositoryDocument.Absent : RepositoryDocument.Verified,
        };
        string key = RepositoryLayout.Repository(1, isDegraded ? document.RepoId : "");
        if (isDegraded)
        {
            _backend.Degrade();
        }

        await Documents
            .TryCreateAsync(key, document, DocumentJsonContext.Default.RepositoryDocument, cancellationToken)
            .ConfigureAwait(false);

        // Listed after it was written: of two clients that make different ones at the same time, one at least sees both.
        return await TryOpenAsync(cancellationToken).ConfigureAwait(false) ?? throw BackupException.Corrupted(key, "it exists but is not listed");
    }

    private void RequireAllowed(WriteConditions conditions)
    {
        if (conditions == WriteConditions.Absent && !Options.AllowDegradedStores)
        {
            throw BackendProbe.NotAllowed(Backend, "it does not create an object only if it is absent: it overwrote one, or refused the condition");
        }
    }
}
