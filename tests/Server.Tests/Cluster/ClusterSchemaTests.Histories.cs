using Basalt.Server.Cluster;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <remarks>A node whose data have another history than the store takes nothing away.</remarks>
public sealed partial class ClusterSchemaTests
{
    [Fact]
    public async Task Server_WithClassesOfItsOwn_DoesNotJoinAClusterWithThem()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        TestCluster.Node alone = await cluster.StartNodeAsync("alone", configure: settings => settings with { Cluster = null });
        await alone.Client.PostAsync("/v1/schema", Book);
        await cluster.StopNodeAsync("alone");

        ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(() => cluster.StartNodeAsync("alone"));
        await Assert.ThrowsAsync<ClusterException>(() => cluster.StartNodeAsync("alone"));
        TestCluster.Node again = await cluster.StartNodeAsync("alone", configure: settings => settings with { Cluster = null });

        Assert.Contains("Book", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await again.Client.GetAsync("/v1/schema/Book")).Status);
    }

    [Fact]
    public async Task Store_ThatHasForgotten_DoesNotTakeClassesAway()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await cluster.StopNodeAsync("n1");
        await cluster.Store.CommitAsync(
            new ClusterTransaction { Deletes = [KeyRange.Prefix("/t/schema/")] }, CancellationToken.None);

        ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(() => cluster.StartNodeAsync("n1"));

        Assert.Contains("lost", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Paper")]
    [InlineData("Book")]
    public async Task Store_ThatHasForgottenAndWentOn_DoesNotTakeClassesAway(string created)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await cluster.StopNodeAsync("n1");
        await cluster.Store.CommitAsync(
            new ClusterTransaction { Deletes = [KeyRange.Prefix("/t/schema/"), KeyRange.Prefix("/t/lineage/")] }, CancellationToken.None);
        await cluster.StartNodeAsync("n2");
        await cluster["n2"].Client.PostAsync("/v1/schema", $$"""{"class":"{{created}}"}""");
        await cluster["n2"].Client.PostAsync("/v1/schema", """{"class":"Other"}""");

        ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(() => cluster.StartNodeAsync("n1"));
        await Assert.ThrowsAsync<ClusterException>(() => cluster.StartNodeAsync("n1"));
        TestCluster.Node alone = await cluster.StartNodeAsync("n1", configure: settings => settings with { Cluster = null });

        Assert.Contains("'Book'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await alone.Client.GetAsync("/v1/schema/Book")).Status);
    }

    [Fact]
    public async Task Store_WipedUnderRunningNodes_RefusesChangesAndTakesNoClassAway()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await cluster.Store.CommitAsync(
            new ClusterTransaction { Deletes = [KeyRange.Prefix("/t/schema/")] }, CancellationToken.None);

        ApiResponse refused = await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Later"}""");
        ApiResponse deleted = await cluster["n1"].Client.DeleteAsync("/v1/schema/Book");
        ApiResponse kept = await cluster["n1"].Client.GetAsync("/v1/schema/Book");

        Assert.Equal((503, 503, 200), (refused.Status, deleted.Status, kept.Status));
        Assert.Contains("lost", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_ThatIsNewToTheCluster_KeepsAClassWhoseNameTheClusterHas()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        await cluster.StartNodeAsync("alone", configure: settings => settings with { Cluster = null });
        await cluster["alone"].Client.PostAsync("/v1/schema", Book);
        await cluster["alone"].Client.PostAsync("/v1/objects", """{"class":"Book","properties":{"title":"mine"}}""");
        await cluster.StopNodeAsync("alone");
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);

        ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(() => cluster.StartNodeAsync("alone"));
        TestCluster.Node again = await cluster.StartNodeAsync("alone", configure: settings => settings with { Cluster = null });

        Assert.Contains("Book", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("mine", (await again.Client.GetAsync("/v1/objects?class=Book")).Text, StringComparison.Ordinal);
    }
}
