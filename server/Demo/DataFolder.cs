namespace Basalt.Server.Demo;

/// <summary>A fresh folder for the demo's server, deleted at the end unless it is to be kept.</summary>
internal sealed class DataFolder : IDisposable
{
    private bool _isKept;

    private DataFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The server's database.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>The repository of its backups.</summary>
    public string Backups => System.IO.Path.Combine(Path, "backups");

    /// <exception cref="IOException">The folder for temporary files takes no new one.</exception>
    public static DataFolder Create() => new(Directory.CreateTempSubdirectory("basalt-demo-").FullName);

    /// <summary>Leaves it where it is.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        if (!_isKept && Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
