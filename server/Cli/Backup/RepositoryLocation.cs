using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Basalt.Backup;
using Basalt.Backup.Gcs;
using Basalt.Backup.S3;
using Basalt.Server.Backups;
using Basalt.Server.Configuration;

namespace Basalt.Server.Cli.Backup;

/// <summary>Where a repository is, as the command line says it: a URL or a path. The one place that knows which scheme is which backend.</summary>
internal sealed class RepositoryLocation
{
    private const string PathScheme = "file";

    /// <summary>Makes the backend of a URL, by scheme. Throws <see cref="FormatException"/> if the URL is none of that backend.</summary>
    private static readonly FrozenDictionary<string, Func<Uri, IBackupBackend>> Backends =
        new Dictionary<string, Func<Uri, IBackupBackend>>(StringComparer.OrdinalIgnoreCase)
        {
            [PathScheme] = url => new FileSystemBackend(DirectoryOf(url)),
            [BucketRules.S3.Scheme] = url => BucketOf(url, (variables, bucket, path) => new S3Backend(S3Reader.ReadAt(variables, bucket, path))),
            [BucketRules.Gcs.Scheme] = url => BucketOf(url, (variables, bucket, path) => new GcsBackend(GcsReader.ReadAt(variables, bucket, path))),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly string _text;

    private RepositoryLocation(string text, IBackupBackend backend)
    {
        _text = text;
        Backend = backend;
    }

    /// <summary>The store there. Nothing has been asked of it yet.</summary>
    public IBackupBackend Backend { get; }

    /// <summary>Reads what a command line says.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryLocation? location, [NotNullWhen(false)] out string? problem)
    {
        location = null;
        problem = null;
        int end = text.IndexOf("://", StringComparison.Ordinal);
        string scheme = end < 0 ? PathScheme : text[..end];
        if (string.IsNullOrWhiteSpace(text))
        {
            problem = "A repository is a path or a URL such as file:///path; it is empty.";
        }
        else if (end < 0)
        {
            location = new RepositoryLocation(text, new FileSystemBackend(text));
        }
        else if (!Backends.TryGetValue(scheme, out Func<Uri, IBackupBackend>? open))
        {
            string known = string.Join(", ", Backends.Keys.Order(StringComparer.Ordinal).Select(name => $"{name}://"));
            problem = $"Repository '{UrlSecrets.Hide(text)}': this build has no such backend as '{scheme}://'; it has {known}.";
        }
        else if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url))
        {
            problem = $"Repository '{UrlSecrets.Hide(text)}' is no valid URL.";
        }
        else
        {
            try
            {
                location = new RepositoryLocation(text, open(url));
            }
            catch (FormatException invalid)
            {
                problem = $"Repository '{UrlSecrets.Hide(text)}': {invalid.Message}";
            }
        }

        return location is not null;
    }

    /// <summary>The repository; one that does not exist is no error yet.</summary>
    public BackupRepository Open(BackupOptions? options = null) => new(Backend, options);

    /// <summary>The repository, which has to exist.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    /// <exception cref="BackupException">The store failed, or holds a repository that cannot be read.</exception>
    public async Task<BackupRepository> OpenExistingAsync(CancellationToken cancellationToken, BackupOptions? options = null)
    {
        BackupRepository repository = Open(options);
        try
        {
            return await repository.ExistsAsync(cancellationToken)
                ? repository
                : throw CommandFailedException.NotFound($"There is no backup repository at '{Backend.Location("")}'.");
        }
        catch
        {
            repository.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>Endpoint, region and keys come from the variables of the server.</summary>
    private static IBackupBackend BucketOf(Uri url, Func<VariableReader, string, string, IBackupBackend> open)
    {
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw new FormatException("it has a user, a query or a fragment; keys come from the variables of the server, see API.md.");
        }

        try
        {
            return open(new VariableReader(SettingsReader.ProcessVariables()), url.Host, url.AbsolutePath.Trim('/'));
        }
        catch (SettingsException invalid)
        {
            throw new FormatException(invalid.Message, invalid);
        }
    }

    private static string DirectoryOf(Uri url) =>
        url.Host.Length > 0
            ? throw new FormatException($"a file URL has three slashes, file:///path; this one names the host '{url.Host}'.")
            : url.Query.Length > 0 || url.Fragment.Length > 0
                ? throw new FormatException("a file URL has no '?' and no '#'; write them as %3F and %23.")
                : url.LocalPath;
}
