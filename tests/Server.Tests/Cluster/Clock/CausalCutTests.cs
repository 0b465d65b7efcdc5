using Basalt.Server.Cluster.Clock;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Clock;

/// <summary>
/// Nodes with clocks that are apart, clients that carry clocks between them and tell each other, cuts armed in the midst of it: whatever
/// happens, no cut has a write without all that it follows from.
/// </summary>
public sealed class CausalCutTests
{
    private const int Nodes = 3;
    private const int Clients = 4;
    private const int Runs = 2000;

    [Fact]
    public async Task Cut_OfNodesWhoseClocksDiffer_HasNoWriteWithoutItsCauses()
    {
        int made = 0;
        int refused = 0;
        for (int seed = 1; seed <= Runs; seed++)
        {
            (int[]? cut, List<Write> writes) = await RunAsync(new Random(seed));
            if (cut is null)
            {
                refused++;
                continue;
            }

            made++;
            foreach (Write write in writes.Where(write => write.Position < cut[write.Node]))
            {
                Write? missing = write.Causes.FirstOrDefault(cause => cause.Position >= cut[cause.Node]);
                Assert.True(missing is null, $"seed {seed}: the cut has a write on node {write.Node} and not its cause on node {missing?.Node}");
            }
        }

        // Both ends of an arming have to be seen, or the run has shown little.
        Assert.InRange(made, Runs / 10, Runs);
        Assert.InRange(refused, Runs / 20, Runs);
    }

    /// <returns>How many writes of each node are in the cut, null if a node was past the instant; and all writes.</returns>
    private static async Task<(int[]? Cut, List<Write> Writes)> RunAsync(Random random)
    {
        TurnedClock[] times = [.. Enumerable.Range(0, Nodes).Select(_ => new TurnedClock { WallOffset = TimeSpan.FromMilliseconds(10_000 + random.Next(300)) })];
        CausalClock[] clocks = [.. times.Select(time => new CausalClock(time))];
        int[] counts = new int[Nodes];
        int[] cut = new int[Nodes];
        List<Write> writes = [];
        HybridTime[] seen = new HybridTime[Clients];
        HashSet<Write>[] known = [.. Enumerable.Range(0, Clients).Select(_ => new HashSet<Write>())];
        HybridTime instant = clocks[0].Now().After(TimeSpan.FromMilliseconds(random.Next(500)));
        int[] armedAt = [.. Enumerable.Range(0, Nodes).Select(_ => random.Next(60))];
        var armed = new ArmedCut?[Nodes];
        bool isRefused = false;
        for (int step = 0; step < 200; step++)
        {
            for (int node = 0; node < Nodes; node++)
            {
                if (armedAt[node] == step)
                {
                    int cutting = node;
                    armed[node] = clocks[node].Arm(instant, () =>
                    {
                        cut[cutting] = counts[cutting];
                        return Task.CompletedTask;
                    });
                    isRefused |= armed[node] is null;
                }
            }

            int client = random.Next(Clients);
            switch (random.Next(4))
            {
                case 0:
                    // Timers come late, as they do on a busy machine.
                    bool fires = random.Next(3) == 0;
                    TimeSpan duration = TimeSpan.FromMilliseconds(random.Next(20));
                    Array.ForEach(times, time => time.Turn(duration, fires));
                    break;
                case 1:
                    int other = random.Next(Clients);
                    known[client].UnionWith(known[other]);
                    seen[client] = HybridTime.Max(seen[client], seen[other]);
                    break;
                default:
                    int target = random.Next(Nodes);
                    Assert.True(await clocks[target].EnterAsync(seen[client], CancellationToken.None));
                    var write = new Write(target, counts[target]++, [.. known[client]]);
                    writes.Add(write);
                    known[client].Add(write);
                    seen[client] = clocks[target].Now();
                    break;
            }
        }

        foreach (TurnedClock time in times)
        {
            time.Turn(TimeSpan.FromMinutes(1));
        }

        await Task.WhenAll(armed.OfType<ArmedCut>().Select(late => late.Made));
        return (isRefused ? null : cut, writes);
    }

    private sealed record Write(int Node, int Position, IReadOnlyList<Write> Causes);
}
