namespace Basalt.Tests.Support;

/// <summary>The files of this project, for tests that compare with what is committed.</summary>
public static class SourceTree
{
    /// <summary>The folder of Engine.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Engine.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No Engine.sln above '{AppContext.BaseDirectory}'.");
        }

        return folder;
    }
}
