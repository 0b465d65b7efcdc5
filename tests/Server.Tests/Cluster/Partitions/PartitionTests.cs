using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

/// <summary>Nodes on a network where packets vanish without a word: what no relay can show, for that closes connections and refuses new ones.</summary>
public sealed partial class PartitionTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private const int BookCount = 300;

    // Not of the speed of anything: less than the minutes that TCP takes to give a connection up.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task Node_CutOffFromTheStore_RefusesBeforeItsLeaseEnds_AndComesBackByItself()
    {
        ProcessCluster cluster = await BeginAsync();

        await cluster.Network.SeparateAsync("n3", "etcd1");
        int written = BookCount;
        while (await cluster.Etcd.FindAsync("/basalt/members/n3") is not null)
        {
            ApiResponse accepted = await cluster["n3"].Client.PostAsync("/v1/objects", Books.Small(written, written));
            written += accepted.Status == 200 ? 1 : 0;
        }

        // For the store it is gone from here on.
        ApiResponse ready = await cluster["n3"].Client.GetAsync("/v1/.well-known/ready");
        ApiResponse[] refused = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => cluster["n3"].Client.PostAsync("/v1/objects", Books.Small(written + i, 0))));
        ApiResponse[] others = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => cluster["n1"].Client.GetAsync(Books.PathOf(i))));
        await cluster.Network.HealAsync();
        await Books.ReadyAsync(cluster);

        Assert.Equal(503, ready.Status);
        Assert.All(refused, answer => answer.ExpectHandlerError(503, "node 'n3'"));
        Assert.Equal([200, 503], others.Select(answer => answer.Status).Distinct().Order());
        Assert.All(others.Where(answer => answer.Status == 503), answer => answer.ExpectHandlerError(503, "node 'n3'"));
        await Books.ImportAsync(cluster["n3"].Client, written, 100);
        Assert.Equal(Enumerable.Range(0, written + 100), (await Books.AssertConsistentAsync(cluster)).Keys.Order());
    }

    [Fact]
    public async Task Node_CutOffFromTheOthers_IsNamedByThemInTime_AndAllElseGoesOn()
    {
        ProcessCluster cluster = await BeginAsync();

        await cluster.Network.SeparateAsync("n3", "n1", "n2");
        ApiClient client = cluster["n1"].Client;
        Task<ApiResponse[]> reading = Task.WhenAll(Enumerable.Range(0, 30).Select(i => client.GetAsync(Books.PathOf(i))));
        Task<ApiResponse[]> writing = Task.WhenAll(Enumerable.Range(BookCount, 30).Select(i => client.PostAsync("/v1/objects", Books.Small(i, i))));
        Task<ApiResponse> searching = client.PostAsync("/v1/graphql", """{"query":"{Aggregate{Book{meta{count}}}}"}""");
        Task<ApiResponse[]> ownReading = Task.WhenAll(Enumerable.Range(0, 30).Select(i => cluster["n3"].Client.GetAsync(Books.PathOf(i))));
        ApiResponse[] read = await reading.WaitAsync(Bound);
        ApiResponse[] wrote = await writing.WaitAsync(Bound);
        ApiResponse searched = await searching.WaitAsync(Bound);
        ApiResponse[] own = await ownReading.WaitAsync(Bound);
        await cluster.Network.HealAsync();
        await Books.AwaitAsync(async () => (await Task.WhenAll(Enumerable.Range(0, 30).Select(i => client.GetAsync(Books.PathOf(i))))).All(answer => answer.Status == 200));

        AssertServesAllBut("n3", read);
        AssertServesAllBut("n3", wrote);
        Assert.Contains("node 'n3'", searched.Text, StringComparison.Ordinal);
        Assert.Equal(200, own.Min(answer => answer.Status));
        Assert.All(own.Where(answer => answer.Status != 200), answer => answer.ExpectHandlerError(503, "node 'n", "shard '"));

        // What was answered with 503 may have been written.
        IEnumerable<int> acknowledged = Enumerable.Range(0, BookCount + 30).Where(i => i < BookCount || wrote[i - BookCount].Status == 200);
        Assert.Empty(acknowledged.Except((await Books.AssertConsistentAsync(cluster)).Keys));
    }

    [Fact]
    public async Task Partition_ThatComesAndGoesUnderWriters_LosesNoAcknowledgedWrite_AndNoBookIsThereTwice()
    {
        ProcessCluster cluster = await BeginAsync();
        using var stop = new CancellationTokenSource();
        RetryingWriter[] writers = [.. Enumerable.Range(0, 4).Select(i => new RetryingWriter(cluster, 1000 * (i + 1), 20))];
        using var librarian = new RetryingLibrarian(cluster);
        Task writing = Task.WhenAll(writers.Select(writer => writer.RunAsync(stop.Token)).Append(librarian.RunAsync(stop.Token)));

        var random = new Random(11);
        for (int round = 0; round < 8 && !writing.IsCompleted; round++)
        {
            string victim = $"n{random.Next(3) + 1}";
            string[] others = [.. cluster.Nodes.Where(node => node != victim)];
            await ((round % 4) switch
            {
                0 => cluster.Network.SeparateAsync(victim, others),
                1 => cluster.Network.IsolateAsync(victim),
                2 => cluster.Network.SeparateAsync(victim, "etcd1"),
                _ => cluster.Network.CutOneWayAsync(victim, others),
            });

            // Shorter or longer than a lease.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 4500)));
            await cluster.Network.HealAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1000)));
        }

        await stop.CancelAsync();
        await writing;
        await Books.ReadyAsync(cluster);

        Assert.All(writers, writer => Assert.NotEqual(0, writer.Retries));
        Assert.NotEqual(0, librarian.Changes);
        Assert.All(await ClassesAsync(cluster), classes => Assert.Equal(librarian.IsThere ? ["Book", "Shelf"] : ["Book"], classes));
        Dictionary<int, long> present = await Books.AssertConsistentAsync(cluster);
        Assert.Equal(Enumerable.Range(0, BookCount), present.Keys.Order().Take(BookCount));
        foreach (RetryingWriter writer in writers)
        {
            writer.AssertNothingIsLost(present);
            writer.Dispose();
        }
    }

    private async Task<ProcessCluster> BeginAsync()
    {
        ProcessCluster cluster = await shared.BeginAsync();
        await CreateBooksAsync(cluster, BookCount);
        return cluster;
    }

    private static async Task CreateBooksAsync(ProcessCluster cluster, int count, int bytes = 100)
    {
        (await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition)).Expect(200);
        await Books.ImportAsync(cluster["n1"].Client, 0, count, bytes);
    }

    private static void AssertServesAllBut(string node, ApiResponse[] answers)
    {
        Assert.Equal([200, 503], answers.Select(answer => answer.Status).Distinct().Order());
        Assert.All(answers.Where(answer => answer.Status == 503), answer => answer.ExpectHandlerError(503, $"node '{node}'", "shard '"));
    }
}
