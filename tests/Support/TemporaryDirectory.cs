namespace Basalt.Tests.Support;

/// <summary>A fresh directory that disappears with the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    private const int Attempts = 5;

    public TemporaryDirectory()
    {
        Path = Directory.CreateTempSubdirectory("basalt-").FullName;
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        for (int attempt = 1; Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < Attempts)
            {
                // A process that was just killed, or work in the background, put a file into what was being emptied.
            }
        }
    }
}
