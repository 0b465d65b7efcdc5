using Basalt.Architecture.Tests.Metadata;
using Basalt.Architecture.Tests.Sources;

namespace Basalt.Architecture.Tests;

/// <summary>An API that only its port may touch.</summary>
/// <param name="Name">What a failure calls it.</param>
/// <param name="Reason">Why the rule exists and what to use instead.</param>
/// <param name="Projects">Top-level folders that the rule covers.</param>
/// <param name="Matches">Whether a use is of this API.</param>
/// <param name="IsAllowed">Whether the source file that uses it is the port.</param>
internal sealed record BannedApi(
    string Name, string Reason, string[] Projects, Func<ApiUse, bool> Matches, Func<SourceFile, bool> IsAllowed)
{
    public IEnumerable<string> Violations() =>
        from project in Repository.ShippedProjects
        where Projects.Contains(project.Folder.Split('/')[0])
        from use in ApiUseScanner.Scan(ShippedAssemblies.PathOf(project))
        where Matches(use)
        let source = ShippedAssemblies.FindSource(use.Caller)
        where source is null || !IsAllowed(source)
        select $"{source?.Path ?? project.Path}: {use}. {Reason}";
}
