namespace Basalt.Simulation.Tests.World;

/// <summary>The names in one directory: as the system shows them, and as the disk has them.</summary>
internal sealed class DirectoryNode(string path)
{
    public string Path { get; } = path;

    public Dictionary<string, FileNode> Shown { get; private set; } = new(StringComparer.Ordinal);

    public Dictionary<string, FileNode> Durable { get; } = new(StringComparer.Ordinal);

    public void Forget() => Shown = new Dictionary<string, FileNode>(Durable, StringComparer.Ordinal);
}
