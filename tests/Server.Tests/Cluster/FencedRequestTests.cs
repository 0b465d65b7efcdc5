using Basalt.Backup.Tests.Support;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <summary>Requests that a node works on when it loses its membership.</summary>
public sealed class FencedRequestTests
{
    [Fact]
    public async Task Request_ThatWaitsForOthersWhenItsNodeIsCutOff_IsAnswered_AndWhatItBeganGoesOn()
    {
        var claiming = new Gate();
        await using TestCluster cluster = await TestCluster.StartAsync(
            2, decorate: backend => new InterceptedBackend(backend) { BeforePut = _ => claiming.PassAsync() }, lease: TimeSpan.FromSeconds(4));
        (await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition)).Expect(200);
        await Books.ImportAsync(cluster["n1"].Client, 0, 10);
        Task<ApiResponse> starting = cluster["n1"].Client.PostAsync(Books.Backups, """{"id":"b1"}""");
        await claiming.Reached;

        cluster["n1"].Store.Cut();
        ApiResponse answer = await starting.WaitAsync(TimeSpan.FromMinutes(1));
        claiming.Open();
        cluster["n1"].Store.Mend();
        await Books.ReachAsync(cluster["n1"].Client, $"{Books.Backups}/b1", "SUCCESS");

        answer.ExpectHandlerError(503, "node 'n1' lost its membership");
    }
}
