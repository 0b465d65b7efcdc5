using System.Collections.Immutable;
using System.Diagnostics;
using Basalt.Server.Demo.Display;
using Basalt.Server.Demo.Steps;
using Spectre.Console;

namespace Basalt.Server.Demo.Cluster;

/// <summary>
/// One run of the demo on a cluster with a real etcd: a node is killed during the backup, and the backup is restored into the same nodes, into one and
/// into five.
/// </summary>
internal sealed class ClusterDemoRun(DemoPlan plan, int nodes, IAnsiConsole console)
{
    private const string Backup = "first";
    private const string Victim = "node2";

    // A killed node is back after its start and the rest of its lease.
    private static readonly TimeSpan WritePatience = TimeSpan.FromMinutes(1);

    private static readonly ImmutableArray<int> OtherSizes = [1, 5];

    // What a city takes in a segment, about; and how long a node is to transfer its share, so that another can be killed meanwhile.
    private const long CityBytes = 370;
    private const long TransferSeconds = 3;
    private const long LeastRate = 1 << 20;

    private readonly StepDisplay _display = new(console);

    /// <summary>Runs the demo. All processes and data are gone when it returns.</summary>
    /// <returns>Whether every step and check passed.</returns>
    /// <exception cref="OperationCanceledException">It was interrupted before that was known.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        console.WriteLine();
        console.MarkupLine($"[bold]Basalt demo[/]: a cluster of {nodes} nodes on etcd, backed up while one of them is killed");
        console.MarkupLine($"[dim]{Figure.Count(plan.Cities.Count)} populated places of GeoNames (geonames.org), licence CC BY 4.0[/]");
        try
        {
            using DataFolder folder = DataFolder.Create();
            await using DemoEtcd etcd = await DemoEtcd.StartAsync(Path.Combine(folder.Path, "etcd"), cancellationToken);
            await RunAsync(folder, etcd, cancellationToken);
        }
        catch (Exception failure) when (failure is DemoFailureException or HttpRequestException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            console.WriteLine();
            console.MarkupLine($"[red]Failed:[/] {Markup.Escape(failure.Message)}");
            return false;
        }

        console.WriteLine();
        console.MarkupLine($"[green]All checks passed[/] in {Figure.Seconds(Stopwatch.GetElapsedTime(started))}: each restore equals the backup's cut, exactly.");
        return true;
    }

    private async Task RunAsync(DataFolder folder, DemoEtcd etcd, CancellationToken cancellationToken)
    {
        await using DemoCluster cluster = await DemoCluster.StartAsync("demo", nodes, Math.Max(LeastRate, plan.Cities.Count * CityBytes / nodes / TransferSeconds), etcd, folder, cancellationToken);
        await using DemoSession session = new(plan, cluster.Address, WritePatience);
        console.MarkupLine($"[dim]etcd on {etcd.Address}; {string.Join(", ", cluster.Nodes.Order())}, the first on {cluster.Address}; data in {Markup.Escape(folder.Path)}[/]");
        console.WriteLine();
        ImmutableArray<IDemoStep> steps =
        [
            new ImportStep(),
            new StartWriterStep(),
            new BaselineStep(),
            new KillingBackupStep(Backup, cluster, Victim),
            new DeleteStep(),
            new RestoreStep(Backup),
            new CheckStep(Backup),
        ];
        await RunAsync(steps, session, cancellationToken);
        foreach (int size in OtherSizes)
        {
            await using DemoCluster other = await DemoCluster.StartAsync($"demo{size}", size, bytesPerSecond: 0, etcd, folder, cancellationToken);
            session.MoveTo(other.Address);
            console.MarkupLine($"[dim]Another cluster, of {size} {(size == 1 ? "node" : "nodes")}, on {other.Address}[/]");
            await RunAsync([new RestoreStep(Backup), new CheckStep(Backup)], session, cancellationToken);
        }
    }

    private async Task RunAsync(ImmutableArray<IDemoStep> steps, DemoSession session, CancellationToken cancellationToken)
    {
        foreach (IDemoStep step in steps)
        {
            await _display.RunAsync(step.Title, progress => step.RunAsync(session, progress, cancellationToken));
        }
    }
}
