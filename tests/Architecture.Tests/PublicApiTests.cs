using Basalt.Architecture.Tests.Metadata;
using Basalt.Architecture.Tests.Sources;

namespace Basalt.Architecture.Tests;

/// <summary>The libraries' public API changes only by a reviewed text file.</summary>
public sealed class PublicApiTests
{
    private static readonly string ApprovedFolder = Path.Combine(Repository.Root, "tests", "Architecture.Tests", "approved");

    public static TheoryData<string> Libraries =>
        [.. Repository.ShippedProjects.Where(project => !project.Folder.StartsWith("server", StringComparison.Ordinal))
            .Select(project => project.AssemblyName)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void PublicApi_WhenCompiled_IsTheApprovedOne(string library)
    {
        ProjectFile project = Repository.ShippedProjects.Single(candidate => candidate.AssemblyName == library);
        string approvedPath = Path.Combine(ApprovedFolder, $"{library}.PublicApi.approved.txt");
        string receivedPath = Path.Combine(ApprovedFolder, $"{library}.PublicApi.received.txt");

        string actual = PublicApiPrinter.Print(ShippedAssemblies.Load(project));
        if (Environment.GetEnvironmentVariable("BASALT_APPROVE") == "1")
        {
            File.WriteAllText(approvedPath, actual);
        }

        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath) : "";
        if (actual == approved)
        {
            File.Delete(receivedPath);
            return;
        }

        File.WriteAllText(receivedPath, actual);
        string[] before = approved.Split('\n');
        string[] after = actual.Split('\n');
        Assert.Fail(
            $"The public API of {library} is not the approved one. If the change is wanted, run\n"
            + "  BASALT_APPROVE=1 dotnet test tests/Architecture.Tests -c Release --filter PublicApi\n"
            + $"and commit. Compare {receivedPath} with the approved file beside it.\n"
            + string.Join('\n', before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}"))));
    }

    [Fact]
    public void PublicApiPrinter_WhenAMemberIsAdded_Changes()
    {
        string text = PublicApiPrinter.Print(typeof(PublicApiTests).Assembly);

        Assert.Contains($"sealed class {typeof(PublicApiTests).FullName}\n", text, StringComparison.Ordinal);
        Assert.Contains("    void PublicApi_WhenCompiled_IsTheApprovedOne(string library)\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(typeof(PublicApiPrinter).FullName!, text, StringComparison.Ordinal);
    }
}
