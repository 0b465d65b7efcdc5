using System.Runtime;
using System.Runtime.InteropServices;

namespace Basalt.Bench.Reports;

/// <summary>What the figures were measured on.</summary>
internal static class MachineDescription
{
    public static IReadOnlyList<(string Name, string Value)> Describe(string dataFolder) =>
    [
        ("Processor", $"{ReadField("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores"),
        ("Memory", Figures.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)),
        ("System", $"{RuntimeInformation.OSDescription}"),
        ("File system", FileSystemOf(dataFolder)),
        (".NET", $"{RuntimeInformation.FrameworkDescription}; {(GCSettings.IsServerGC ? "server" : "workstation")} GC, {(GCSettings.LatencyMode == GCLatencyMode.Batch ? "not concurrent" : "concurrent")}; tiered compilation"),
    ];

    private static string FileSystemOf(string folder)
    {
        DriveInfo? drive = DriveInfo.GetDrives()
            .Where(each => folder.StartsWith(each.RootDirectory.FullName, StringComparison.Ordinal))
            .MaxBy(each => each.RootDirectory.FullName.Length);
        return drive is null ? "unknown" : $"{drive.DriveFormat}, {Figures.Bytes(drive.AvailableFreeSpace)} free";
    }

    private static string? ReadField(string file, string name) =>
        File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
}
