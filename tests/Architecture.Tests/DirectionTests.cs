using Basalt.Architecture.Tests.Metadata;
using Basalt.Architecture.Tests.Sources;

namespace Basalt.Architecture.Tests;

/// <summary>engine &lt;- backup &lt;- server, and an engine without dependencies.</summary>
public sealed class DirectionTests
{
    private const string Engine = "Basalt.Engine";
    private const string Backup = "Basalt.Backup";

    private static readonly string FrameworkFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    [Fact]
    public void Projects_WhenListed_IncludeEngineBackupAndServer() =>
        Assert.Superset(
            new HashSet<string> { Engine, Backup, "Basalt.Server" },
            Repository.ShippedProjects.Select(project => project.AssemblyName).ToHashSet());

    [Fact]
    public void Engine_WhenBuilt_DependsOnNothingButTheFrameworkAndHashing()
    {
        ProjectFile engine = Project(Engine);

        Assert.Empty(engine.ReferencedProjects());
        Assert.Empty(engine.Items("PackageReference").Except(["System.IO.Hashing"]));
        Assert.Empty(engine.Items("Reference").Except(["System.IO.Hashing"]));
        Assert.Empty(engine.Items("FrameworkReference"));
        Violations.AssertNone(References(engine).Where(name => name != "System.IO.Hashing" && !IsFramework(name)));
    }

    [Fact]
    public void Engine_WhenBuilt_KnowsNoNetwork() =>
        Violations.AssertNone(References(Project(Engine)).Where(name => name.StartsWith("System.Net", StringComparison.Ordinal)));

    [Fact]
    public void Backup_WhenBuilt_UsesNothingOfOursButTheEngine()
    {
        ProjectFile backup = Project(Backup);

        Assert.Equal([Engine], backup.ReferencedProjects());
        Assert.Equal([Engine], References(backup).Where(IsOurs));
    }

    [Fact]
    public void BackendProjects_WhenBuilt_UseOnlyBackupAndEngine()
    {
        foreach (ProjectFile backend in Repository.ShippedProjects.Where(project => project.AssemblyName.StartsWith($"{Backup}.", StringComparison.Ordinal)))
        {
            Assert.Empty(backend.ReferencedProjects().Except([Backup, Engine]));
        }
    }

    [Fact]
    public void Internals_WhenShared_AreSharedOnlyWithTestsBenchmarksAndTheLayersOwnBackends()
    {
        foreach (ProjectFile project in Repository.ShippedProjects)
        {
            Assert.DoesNotContain(
                project.Items("InternalsVisibleTo"),
                friend => !friend.EndsWith(".Tests", StringComparison.Ordinal)
                    && friend != "Basalt.Bench"
                    && !friend.StartsWith($"{project.AssemblyName}.", StringComparison.Ordinal));
            Assert.DoesNotContain(
                Repository.ShippedSources.Where(source => source.Path.StartsWith(project.Folder, StringComparison.Ordinal)),
                source => CSharpText.WithoutCommentsAndStrings(source.Text).Contains("InternalsVisibleTo", StringComparison.Ordinal));
        }

        Assert.DoesNotContain("Basalt.Backup.Tests", Project(Engine).Items("InternalsVisibleTo"));
        Assert.DoesNotContain("Basalt.Server.Tests", Project(Engine).Items("InternalsVisibleTo"));
    }

    private static ProjectFile Project(string assemblyName) =>
        Repository.ShippedProjects.Single(project => project.AssemblyName == assemblyName);

    private static string[] References(ProjectFile project) =>
        [.. ShippedAssemblies.Load(project).GetReferencedAssemblies().Select(reference => reference.Name!)];

    private static bool IsOurs(string assemblyName) => assemblyName.StartsWith("Basalt.", StringComparison.Ordinal);

    private static bool IsFramework(string assemblyName) => File.Exists(Path.Combine(FrameworkFolder, $"{assemblyName}.dll"));
}
