namespace Basalt.Bench.Stress;

/// <summary>Where the server is that was built beside this program.</summary>
internal static class ServerAssembly
{
    private const string Name = "Basalt.Server.dll";

    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Find()
    {
        // The folders of a build end in <configuration>/<framework>.
        DirectoryInfo build = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        for (DirectoryInfo? folder = build; folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "server", "bin", build.Parent!.Name, build.Name, Name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"There is no {Name} for {build.FullName}; build the server with the same configuration first.");
    }
}
